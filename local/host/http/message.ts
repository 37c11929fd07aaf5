import type { IncomingHttpHeaders } from 'node:http'

/** A request whose body has been read. */
export interface HostRequest {
  readonly method: string
  readonly url: URL
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  /** True when the caller is on this machine and named it as such. */
  readonly local: boolean
}

export interface HostResponse {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly cookies?: readonly string[]
  readonly body?: Uint8Array | string
}

export const json = (status: number, value: unknown, headers: Record<string, string> = {}): HostResponse => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  body: JSON.stringify(value),
})

export const plainText = (status: number, body: string): HostResponse => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body,
})

const titles: Record<number, string> = {
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  413: 'Content Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
}

/** An answer of the host itself, as RFC 9457 has it. */
export const problem = (status: number, detail: string, headers: Record<string, string> = {}): HostResponse => ({
  status,
  headers: { 'content-type': 'application/problem+json', ...headers },
  body: JSON.stringify({ type: 'about:blank', title: titles[status] ?? 'Error', status, detail }),
})

/** The access key of a request: header first, then query (contract host section 5.1). */
export const givenKey = ({ headers, url }: HostRequest): string | undefined => {
  const header = headers['x-functions-key']
  return typeof header === 'string' ? header : (url.searchParams.get('code') ?? undefined)
}

/** The body as JSON; `undefined` when it is none. An empty body gives null. */
export const bodyJson = ({ body }: HostRequest): unknown => {
  if (body.length === 0) return null
  try {
    return JSON.parse(body.toString('utf8')) as unknown
  } catch {
    return undefined
  }
}
