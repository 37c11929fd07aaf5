import { type Agent, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import { forwardable, type RawHeaders } from './authorization.ts'

/** Where requests go on to. */
export interface Upstream {
  readonly host: string
  readonly port: number
  readonly agent: Agent
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0

/**
 * Sends a request on, its body as a stream, and answers with the head of the upstream's answer. Rejects when the
 * upstream does not answer; the request is then to be closed.
 *
 * @param body the request's, where it was read already.
 */
export const forward = (
  { host, port, agent }: Upstream,
  request: IncomingMessage,
  headers: RawHeaders,
  body?: Buffer,
): Promise<IncomingMessage> => {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const outgoing = httpRequest(
    { host, port, agent, method: request.method, path: request.url, headers, setDefaultHeaders: false },
    resolve,
  )
  outgoing.once('error', reject)
  // A service carries out what it has received, whether anybody is still there to hear of it or not.
  const isWhole = () => body !== undefined || !hasBody(request) || request.readableEnded
  const goneAway = () => {
    if (!isWhole()) outgoing.destroy(new Error('the client went away'))
  }
  request.once('error', goneAway)
  request.once('close', goneAway)
  if (body !== undefined) outgoing.end(body)
  else if (hasBody(request)) request.pipe(outgoing)
  else outgoing.end()
  return promise
}

/** Hands an upstream's answer to the client, its body as a stream; either side going away ends the other. */
export const relay = (answer: IncomingMessage, response: ServerResponse): void => {
  response.writeHead(answer.statusCode ?? 500, forwardable(answer.rawHeaders))
  answer.once('error', () => response.destroy())
  response.once('close', () => answer.destroy())
  answer.pipe(response)
}
