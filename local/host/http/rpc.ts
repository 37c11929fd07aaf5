import type { TypedData } from '../core-api.ts'
import type { Invocation } from '../invoke.ts'
import type { HostRequest, HostResponse } from './message.ts'

const nullable = (values: Iterable<readonly [string, string]>): Record<string, { value: string }> =>
  Object.fromEntries([...values].map(([name, value]) => [name, { value }]))

/** A request as a function gets it (contract host section 5.1). Empty headers are left out, repeated ones are joined. */
export const toRpcRequest = (request: HostRequest, parameters: Record<string, string>): Invocation => {
  const { method, url, headers, body } = request
  const present = Object.entries(headers).flatMap(([name, value]) => {
    const text = Array.isArray(value) ? value.join(', ') : (value ?? '')
    return text === '' ? [] : [[name, text] as const]
  })
  const hasBody = body.length > 0 && method !== 'GET' && method !== 'HEAD'
  const { traceparent, tracestate } = headers
  return {
    data: {
      http: {
        url: url.href,
        method,
        nullableHeaders: nullable(present),
        nullableQuery: nullable(url.searchParams),
        nullableParams: nullable(Object.entries(parameters)),
        ...(hasBody ? { body: { bytes: body } } : {}),
      },
    },
    traceContext: {
      ...(typeof traceparent === 'string' ? { traceParent: traceparent } : {}),
      ...(typeof tracestate === 'string' ? { traceState: tracestate } : {}),
    },
  }
}

interface RpcCookie {
  readonly name?: string
  readonly value?: string
  readonly domain?: { readonly value?: string }
  readonly path?: { readonly value?: string }
  readonly expires?: { readonly value?: { readonly seconds?: number } }
  readonly secure?: { readonly value?: boolean }
  readonly httpOnly?: { readonly value?: boolean }
  readonly sameSite?: string
  readonly maxAge?: { readonly value?: number }
}

interface RpcHttp {
  readonly statusCode?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly cookies?: readonly RpcCookie[]
  readonly body?: TypedData
}

/** A function that answered nothing is an empty 200. */
export const fromRpcResponse = (value: TypedData | null | undefined): HostResponse => {
  const http = value?.http as RpcHttp | undefined
  if (!http) return { status: 200 }
  const body = http.body?.bytes ?? http.body?.string ?? http.body?.json
  return {
    status: Number(http.statusCode ?? 200),
    headers: http.headers ?? {},
    cookies: (http.cookies ?? []).map(cookieText),
    ...(body === undefined ? {} : { body }),
  }
}

const sameSites: Record<string, string> = { strict: 'Strict', lax: 'Lax', explicitNone: 'None' }

const cookieText = (cookie: RpcCookie): string => {
  const expires = cookie.expires?.value?.seconds
  const sameSite = sameSites[cookie.sameSite ?? '']
  return [
    `${cookie.name}=${encodeURIComponent(cookie.value ?? '')}`,
    ...(cookie.domain?.value ? [`Domain=${cookie.domain.value}`] : []),
    ...(cookie.path?.value ? [`Path=${cookie.path.value}`] : []),
    ...(expires === undefined ? [] : [`Expires=${new Date(expires * 1000).toUTCString()}`]),
    ...(cookie.maxAge?.value === undefined ? [] : [`Max-Age=${cookie.maxAge.value}`]),
    ...(cookie.secure?.value ? ['Secure'] : []),
    ...(cookie.httpOnly?.value ? ['HttpOnly'] : []),
    ...(sameSite ? [`SameSite=${sameSite}`] : []),
  ].join('; ')
}
