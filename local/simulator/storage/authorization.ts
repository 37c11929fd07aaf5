/**
 * Entra tokens, which Azurite takes over HTTPS only and not for copy sources at all: the proxy checks them and signs
 * with the key of the account instead. SAS and Shared Key pass as they are.
 */
import type { IncomingMessage } from 'node:http'
import type { StorageAccount } from '../../azurite.ts'
import { cannotVerifySource, roleMissing, type StorageError, sasExpired, tokenRefused } from './answers.ts'
import { type StorageOperation, type StorageTarget, targetOf } from './operation.ts'
import { serviceSas, sharedKey } from './signatures.ts'

/** Says whether a token may do an operation in a storage account. */
export type TokenCheck = (
  token: string,
  storageAccount: string,
  operation: StorageOperation,
) => 'accepted' | 'unknown' | 'forbidden'

export interface Authorization {
  readonly accounts: ReadonlyMap<string, StorageAccount>
  readonly tokens: TokenCheck
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** Headers of a message as sent, name and value in turn. */
export type RawHeaders = string[]

const hopByHop = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'upgrade', 'expect'])
const sourceSasLife = 60 * 60_000

const bearer = (header: string | undefined): string | undefined => /^Bearer\s+(\S+)$/i.exec(header ?? '')?.[1]

const without = (headers: RawHeaders, drop: (name: string) => boolean): RawHeaders =>
  headers.filter((_, index) => !drop((headers[index & ~1] ?? '').toLowerCase()))

const joined = (headers: RawHeaders): Map<string, string> => {
  const map = new Map<string, string>()
  for (let index = 0; index < headers.length; index += 2) {
    const name = (headers[index] ?? '').toLowerCase()
    const earlier = map.get(name)
    map.set(name, earlier === undefined ? (headers[index + 1] ?? '') : `${earlier}, ${headers[index + 1] ?? ''}`)
  }
  return map
}

export const forwardable = (headers: RawHeaders): RawHeaders => without(headers, name => hopByHop.has(name))

/** The copy source with a SAS for one read, for a token that may read there; undefined when the token may not. */
const signedSource = (source: string, token: string, { accounts, tokens, now }: Authorization): string | undefined => {
  const target = URL.canParse(source) ? new URL(source) : undefined
  if (target === undefined) return undefined
  const { account: name, container, blob } = targetOf(target.pathname)
  const account = accounts.get(name)
  if (account === undefined || tokens(token, name, 'GetBlob') !== 'accepted') return undefined
  const sas = serviceSas(account, { container, blob, permissions: 'r', expires: now() + sourceSasLife })
  return `${source}${source.includes('?') ? '&' : '?'}${sas}`
}

/** Azurite goes by the machine's clock; this one may have been moved. */
const isExpired = (query: URLSearchParams, now: number): boolean =>
  query.has('sig') && Date.parse(query.get('se') ?? '') <= now

/** The headers to send to Azurite, or the error that the service gives instead. */
export const authorize = (
  request: IncomingMessage,
  target: StorageTarget,
  operation: StorageOperation,
  authorization: Authorization,
): RawHeaders | StorageError => {
  let headers = forwardable(request.rawHeaders)
  if (isExpired(target.query, authorization.now())) return sasExpired

  const source = request.headers['x-ms-copy-source']
  if (typeof source === 'string' && URL.canParse(source))
    if (isExpired(new URL(source).searchParams, authorization.now()))
      return cannotVerifySource(403, 'Server failed to authenticate the request to the copy source.')
  const sourceToken = bearer(request.headers['x-ms-copy-source-authorization']?.toString())
  if (typeof source === 'string' && sourceToken !== undefined) {
    const signed = signedSource(source, sourceToken, authorization)
    if (signed === undefined) return cannotVerifySource(403, 'The token does not allow reading the copy source.')
    headers = without(headers, name => name === 'x-ms-copy-source' || name === 'x-ms-copy-source-authorization')
    headers.push('x-ms-copy-source', signed)
  }

  const { authorization: credentials } = request.headers
  if (!/^Bearer\b/i.test(credentials ?? '')) return headers
  const account = authorization.accounts.get(target.account)
  const token = bearer(credentials)
  const verdict = token === undefined ? 'unknown' : authorization.tokens(token, target.account, operation)
  if (account === undefined || verdict === 'unknown') return tokenRefused
  if (verdict === 'forbidden') return roleMissing
  headers = without(headers, name => name === 'authorization')
  if (request.headers['x-ms-date'] === undefined && request.headers.date === undefined)
    headers.push('x-ms-date', new Date().toUTCString())
  headers.push('Authorization', sharedKey(account, request.method ?? 'GET', request.url ?? '/', joined(headers)))
  return headers
}
