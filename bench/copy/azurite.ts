/**
 * Azurite for the benchmark: counts the requests of clients, adds time to copies when told to, and gives AzCopy the one
 * operation that it needs and Azurite lacks.
 *
 * `GET /_bench` answers the count since the last one; `?latency=200` sets what is added to each copy, in milliseconds.
 */
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import '../../local/azurite-child.ts'

let requests = 0
let latency = 0

/** Azurite checks copy sources by requests to itself, which are nobody's but its own. */
const isOwn = ({ headers }: IncomingMessage): boolean => headers['user-agent']?.startsWith('axios/') ?? false

const control = (request: IncomingMessage, response: ServerResponse): void => {
  const wanted = new URL(request.url ?? '', 'http://azurite').searchParams.get('latency')
  if (wanted !== null) latency = Number(wanted)
  response.end(String(requests))
  requests = 0
}

/** Put Blob From URL becomes Copy Blob From URL, which differs in nothing that matters here but its status. */
const translate = (request: IncomingMessage, response: ServerResponse): void => {
  delete request.headers['x-ms-blob-type']
  request.headers['x-ms-requires-sync'] = 'true'
  const writeHead = response.writeHead.bind(response) as (status: number, ...rest: unknown[]) => ServerResponse
  response.writeHead = (status: number, ...rest: unknown[]) => writeHead(status === 202 ? 201 : status, ...rest)
}

const emit = http.Server.prototype.emit
http.Server.prototype.emit = function (this: http.Server, event: string | symbol, ...args: unknown[]): boolean {
  const pass = (): boolean => Reflect.apply(emit, this, [event, ...args])
  if (event !== 'request') return pass()
  const [request, response] = args as [IncomingMessage, ServerResponse]
  if (request.url?.startsWith('/_bench')) {
    control(request, response)
    return true
  }
  if (isOwn(request)) return pass()
  requests++
  const isCopy = request.method === 'PUT' && request.headers['x-ms-copy-source'] !== undefined
  if (isCopy && request.headers['x-ms-blob-type'] !== undefined) translate(request, response)
  if (!isCopy || latency === 0) return pass()
  setTimeout(pass, latency)
  return true
}
