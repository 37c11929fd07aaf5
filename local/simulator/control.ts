/** `/_sim/`: what makes the simulator misbehave and what shows what it saw. JSON in, JSON out. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { endpoints } from './control-endpoints.ts'
import { checkQuery, Refusal } from './control-input.ts'
import { type ControlServices, Lines, Pieces } from './control-request.ts'
import { BodyTooLarge, readBody, send, sendJson } from './http.ts'
import { parseJson } from './json.ts'
import { largestBody } from './limits.ts'

const overview = () => ({
  about: 'Control of the media services simulator.',
  endpoints: Object.fromEntries(
    Object.entries(endpoints).map(([name, { about, methods }]) => [
      `/_sim/${name}`,
      { about, ...Object.fromEntries(Object.entries(methods).map(([method, entry]) => [method, entry.about])) },
    ]),
  ),
})

/** As much as one string holds. */
const largestBulk = 512 * 1024 * 1024

const parse = (text: string, isBulk = false): unknown => {
  try {
    if (isBulk) return JSON.parse(text)
    return text === '' ? undefined : parseJson(text)
  } catch {
    throw new Refusal(400, ['the request body is no JSON'])
  }
}

const run = async (services: ControlServices, request: IncomingMessage, url: URL): Promise<unknown> => {
  const [, , name = '', ...rest] = url.pathname.split('/')
  if (name === '') return overview()
  const endpoint = Object.hasOwn(endpoints, name) ? endpoints[name] : undefined
  if (endpoint === undefined) throw new Refusal(404, [`there is no /_sim/${name}; GET /_sim/ lists what there is`])
  const method = endpoint.methods[request.method ?? 'GET']
  if (method === undefined)
    throw new Refusal(405, [`/_sim/${name} takes ${Object.keys(endpoint.methods).join(', ')} only`])
  checkQuery(url.searchParams, method.query ?? [])
  const text = await readBody(request, method.isBulk ? largestBulk : largestBody)
  const body = parse(text, method.isBulk)
  return method.run({ services, query: url.searchParams, rest: rest.join('/'), body })
}

const refusalOf = (error: unknown): Refusal => {
  if (error instanceof Refusal) return error
  if (error instanceof BodyTooLarge) return new Refusal(413, [error.message])
  throw error
}

/** True when the path is one of the control plane of the simulator itself. */
export const isControl = (path: string): boolean => path === '/_sim' || path.startsWith('/_sim/')

export const handleControl = async (
  services: ControlServices,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  try {
    const result = await run(services, request, new URL(request.url ?? '/', 'http://localhost'))
    if (result instanceof Lines)
      send(response, 200, { 'content-type': 'application/jsonl', 'x-dropped': String(result.dropped) }, result.text)
    else if (result instanceof Pieces) {
      response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' })
      await pipeline(Readable.from(result.pieces), response)
    } else sendJson(response, 200, result)
  } catch (error) {
    const { status, problems } = refusalOf(error)
    sendJson(response, status, { problems })
  }
}
