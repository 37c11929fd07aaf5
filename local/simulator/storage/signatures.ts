/** The two signatures of Azure Storage that the proxy needs: Shared Key for requests, and service SAS. */
import { createHmac } from 'node:crypto'

const hmac = (key: string, text: string): string =>
  createHmac('sha256', Buffer.from(key, 'base64')).update(text, 'utf8').digest('base64')

const plainHeaders = [
  'content-encoding',
  'content-language',
  'content-length',
  'content-md5',
  'content-type',
  'date',
  'if-modified-since',
  'if-match',
  'if-none-match',
  'if-unmodified-since',
  'range',
]

const canonicalQuery = (query: string): string => {
  const lines = query
    .split('&')
    .map(pair => pair.split('='))
    .filter(([name = '', value]) => name !== '' && value !== undefined)
    .map(([name = '', value = '']) => [name.toLowerCase(), decodeURIComponent(value.replaceAll('+', '%20'))] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return lines.map(([name, value]) => `\n${name}:${value}`).join('')
}

/**
 * Value of the Authorization header of one request, for path-style addresses (the account is in the path as well).
 *
 * @param url path and query as sent.
 * @param headers names in lower case; repeated headers joined.
 */
export const sharedKey = (
  account: { readonly name: string; readonly key: string },
  method: string,
  url: string,
  headers: ReadonlyMap<string, string>,
): string => {
  const plain = plainHeaders.map(name => {
    const value = headers.get(name) ?? ''
    return name === 'content-length' && value === '0' ? '' : value
  })
  const own = [...headers]
    .filter(([name]) => name.startsWith('x-ms-'))
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, value]) => `${name}:${value.trimStart()}\n`)
  const [path = '/', query = ''] = url.split('?', 2)
  const text = `${[method, ...plain].join('\n')}\n${own.join('')}/${account.name}${path}${canonicalQuery(query)}`
  return `SharedKey ${account.name}:${hmac(account.key, text)}`
}

/** What a service SAS lets in: a container with all its blobs, or one blob. */
export interface SasScope {
  readonly container: string
  readonly blob?: string
  /** Letters in the service's order, e.g. `rl`. */
  readonly permissions: string
  /** Milliseconds since 1970; cut to the second. */
  readonly expires: number
}

const sasVersion = '2021-12-02'

/** A service SAS signed with the key of the account, without question mark. */
export const serviceSas = (account: { readonly name: string; readonly key: string }, scope: SasScope): string => {
  const expires = `${new Date(scope.expires).toISOString().slice(0, 19)}Z`
  const resource = scope.blob === undefined ? 'c' : 'b'
  const name = `/blob/${account.name}/${scope.container}${scope.blob === undefined ? '' : `/${scope.blob}`}`
  const unset = ''
  const text = [
    scope.permissions,
    unset, // start
    expires,
    name,
    unset, // stored access policy
    unset, // addresses
    unset, // protocols
    sasVersion,
    resource,
    unset, // snapshot
    unset, // encryption scope
    ...Array<string>(5).fill(unset), // response headers
  ].join('\n')
  const query = { sv: sasVersion, sr: resource, sp: scope.permissions, se: expires, sig: hmac(account.key, text) }
  return new URLSearchParams(query).toString()
}
