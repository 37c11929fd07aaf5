/**
 * A client of the media accounts that shares no code with the app, so that what it sees is evidence: plain HTTP,
 * resource ids and JSON as they are on the wire.
 */
type Json = null | boolean | number | string | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [name: string]: Json | undefined
}

// Of the language since V8 11.4, but not yet in TypeScript's libraries.
type Reviver = (this: unknown, name: string, value: unknown, context: { readonly source?: string }) => unknown
const { parse } = JSON as unknown as { parse(text: string, reviver: Reviver): unknown }

/** Whole numbers that a double cannot hold are read as the text of their digits. */
const parseExactly = (text: string): unknown =>
  parse(text, (_, value, { source }) =>
    typeof value === 'number' && source !== undefined && /^-?\d+$/.test(source) && !Number.isSafeInteger(value)
      ? source
      : value,
  )

/** A resource in its envelope. */
export interface Resource {
  readonly id: string
  readonly name: string
  readonly properties: JsonObject
}

export class ArmError extends Error {
  override readonly name = 'ArmError'
  readonly status: number
  readonly code: string | undefined
  /** Seconds, where the service told them. */
  readonly retryAfter: number | undefined

  constructor(what: string, response: Pick<Response, 'status' | 'headers'>, code: string | undefined, message: string) {
    super(`${what}: ${response.status} ${code ?? ''} ${message}`.trimEnd())
    this.status = response.status
    this.code = code
    const seconds = response.headers.get('retry-after')
    this.retryAfter = seconds !== null && /^\d+$/.test(seconds) ? Number(seconds) : undefined
  }
}

/** Paths are relative to the account, without a leading slash, e.g. `assets/film/assetFilters/first`. */
export interface ArmClient {
  /** Resource id of the media account. */
  readonly accountId: string
  get(path: string): Promise<Resource | undefined>
  /** All pages. */
  list(path: string): Promise<readonly Resource[]>
  put(path: string, properties: JsonObject): Promise<Resource>
  patch(path: string, properties: JsonObject): Promise<Resource>
  /** @param action e.g. `listPaths`. */
  post(path: string, action: string, body?: JsonObject): Promise<JsonObject>
  delete(path: string): Promise<void>
}

export interface ArmOptions {
  /** Address of the resource manager, without trailing slash. */
  readonly endpoint: string
  readonly accountId: string
  /** Asked for before every request where it is a function. */
  readonly token: string | (() => Promise<string>)
  /** Value of `x-ms-client-request-id`, by which a log tells whose call it was. */
  readonly requestId: () => string
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>
}

const apiVersion = (path: string): string => {
  if (path === '') return '2021-11-01'
  return path.startsWith('transforms') ? '2022-07-01' : '2022-08-01'
}

const encoded = (path: string) => path.split('/').map(encodeURIComponent).join('/')

const errorOf = async (what: string, response: Response): Promise<ArmError> => {
  const text = await response.text()
  try {
    const { error } = JSON.parse(text) as { error: { code?: string; message?: string } }
    return new ArmError(what, response, error.code, error.message ?? '')
  } catch {
    return new ArmError(what, response, undefined, text.slice(0, 200))
  }
}

export const armClient = ({ endpoint, accountId, token, requestId, headers }: ArmOptions): ArmClient => {
  const send = async (method: string, url: string, body?: unknown): Promise<Response> => {
    const response = await fetch(url, {
      method,
      headers: {
        authorization: `Bearer ${typeof token === 'string' ? token : await token()}`,
        'x-ms-client-request-id': requestId(),
        ...headers,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (response.ok || (method === 'GET' && response.status === 404)) return response
    throw await errorOf(`${method} ${new URL(url).pathname.slice(accountId.length)}`, response)
  }
  /** Long-running operations are answered without a body. */
  const read = async (response: Response) => parseExactly((await response.text()) || '{}')
  const address = (path: string, action = '') =>
    `${endpoint}${accountId}${path === '' ? '' : `/${encoded(path)}`}${action}?api-version=${apiVersion(path)}`

  return {
    accountId,
    async get(path) {
      const response = await send('GET', address(path))
      if (response.ok) return (await read(response)) as Resource
      await response.arrayBuffer()
      return undefined
    },
    async list(path) {
      const found: Resource[] = []
      for (let url: string | undefined = address(path); url !== undefined; ) {
        // The token goes with it.
        if (new URL(url).origin !== new URL(endpoint).origin) throw new Error(`${path}: the next page is elsewhere.`)
        const response = await send('GET', url)
        if (!response.ok) throw await errorOf(`GET ${path}`, response)
        const page = (await read(response)) as { value: Resource[]; '@odata.nextLink'?: string }
        found.push(...page.value)
        url = page['@odata.nextLink']
      }
      return found
    },
    put: async (path, properties) => (await read(await send('PUT', address(path), { properties }))) as Resource,
    patch: async (path, properties) => (await read(await send('PATCH', address(path), { properties }))) as Resource,
    async post(path, action, body = {}) {
      return (await read(await send('POST', address(path, `/${action}`), body))) as JsonObject
    },
    async delete(path) {
      await (await send('DELETE', address(path))).arrayBuffer()
    },
  }
}
