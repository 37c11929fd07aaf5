import type { Side } from '../model.ts'
import { ServiceError } from '../service-error.ts'
import { blobUrl, copySourceHeaders } from './address.ts'
import type { Exchange } from './exchange.ts'
import type { Access, Container } from './ports.ts'
import type { Subject } from './refusal.ts'
import { storageError } from './storage-error.ts'

/** One request to a container or a blob of it. */
export interface Call {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE'
  readonly container: Container
  readonly blob?: string
  /** Without question mark and access. */
  readonly query?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** The blob that the service reads from another container. */
  readonly source?: { readonly container: Container; readonly blob: string }
  readonly side?: Side | undefined
  /** Longest time of one attempt in milliseconds. */
  readonly milliseconds?: number
}

/** Accepted by Azure since 2025, and by Azurite 3.37. */
export const serviceVersion = '2025-05-05'
const usualMilliseconds = 30_000

/** Header values are bytes; text beyond ASCII goes out as UTF-8. */
const bytes = (value: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is ASCII as such.
  /^[\x00-\x7f]*$/.test(value) ? value : Buffer.from(value, 'utf8').toString('latin1')

/** The credential's own words are not kept: they may name tenants and accounts of people. */
const accessOf = async (container: Container, side: Call['side']): Promise<Access> => {
  try {
    return await container.access()
  } catch (error) {
    if (error instanceof ServiceError) throw error
    const name = error instanceof Error ? error.name : ''
    const refused = /^(Authentication|AggregateAuthentication|Credential)/.test(name)
    throw storageError(refused ? 'unauthorized' : 'unavailable', `${container.url}: no token for storage (${name}).`, {
      side,
    })
  }
}

/** One text for all requests of a second: making it takes longer than the rest of the headers. */
let date = { second: Number.NaN, text: '' }

const httpDate = (): string => {
  const now = Date.now()
  const second = Math.floor(now / 1_000)
  if (second !== date.second) date = { second, text: new Date(now).toUTCString() }
  return date.text
}

/**
 * Puts a request together, with access.
 * @throws ServiceError where there is no access.
 */
export const prepare = async (call: Call): Promise<Exchange> => {
  const { method, container, blob, source, side, query, body, milliseconds = usualMilliseconds } = call
  const access = await accessOf(container, side)
  const headers = ['x-ms-version', serviceVersion, 'x-ms-date', httpDate()]
  if (method === 'PUT' || method === 'POST') headers.push('content-length', String(Buffer.byteLength(body ?? '')))
  if (access.kind === 'bearer') headers.push('authorization', `Bearer ${access.token.reveal()}`)
  if (source !== undefined)
    headers.push(
      ...copySourceHeaders(blobUrl(source.container, source.blob), await accessOf(source.container, 'source')),
    )
  for (const name in call.headers) headers.push(name, bytes(call.headers[name] ?? ''))
  const base = blob === undefined ? container.url : blobUrl(container, blob)
  const whole = [query, access.kind === 'sas' ? access.query.reveal() : undefined].filter(Boolean).join('&')
  return { method, url: whole === '' ? base : `${base}?${whole}`, headers, body, milliseconds }
}

/** What a request is called where it fails. */
export const subjectOf = ({ method, container, blob, source, side, headers }: Call): Subject => ({
  what: `${method} ${blob === undefined ? container.url : blobUrl(container, blob)}`,
  from: source?.container.url,
  targetPinned: headers?.['if-match'] !== undefined,
  side,
})
