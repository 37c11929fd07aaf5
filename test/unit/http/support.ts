import type { HttpResponseInit } from '@azure/functions'
import { HttpRequest, type InvocationContext } from '@azure/functions'

interface Call {
  readonly method?: string
  readonly path?: string
  readonly query?: Record<string, string>
  readonly params?: Record<string, string>
  readonly headers?: Record<string, string>
  readonly body?: string
}

export const request = ({
  method = 'GET',
  path = '/api/x',
  query = {},
  params = {},
  headers = {},
  body,
}: Call): HttpRequest =>
  new HttpRequest({
    method,
    url: `http://127.0.0.1${path}?${new URLSearchParams(query)}`,
    query,
    params,
    headers,
    ...(body === undefined ? {} : { body: { string: body } }),
  })

/** An invocation context of which only the log is used. */
export const logging = (): { readonly context: InvocationContext; readonly lines: string[] } => {
  const lines: string[] = []
  const log = (...args: unknown[]) => lines.push(args.join(' '))
  return { context: { log } as unknown as InvocationContext, lines }
}

export const headers = (response: HttpResponseInit): Record<string, string> =>
  ({ ...response.headers }) as Record<string, string>

export const bodyOf = (response: HttpResponseInit) => JSON.parse(String(response.body))
