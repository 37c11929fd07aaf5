/** The little that is needed on top of node:http. */
import type { IncomingMessage, ServerResponse } from 'node:http'

export class BodyTooLarge extends Error {}

/**
 * Throws BodyTooLarge beyond `limit` bytes, after the last of them: a request that is left half read keeps its
 * connection from all that come after it.
 */
export const readBody = async (request: IncomingMessage, limit: number): Promise<string> => {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length <= limit) chunks.push(chunk)
  }
  if (length > limit) throw new BodyTooLarge(`The request body is larger than ${limit} bytes.`)
  return Buffer.concat(chunks).toString('utf8')
}

/** The header's value; of several, the first. */
export const headerOf = (request: IncomingMessage, name: string): string | undefined => {
  const value = request.headers[name]
  return Array.isArray(value) ? value[0] : value
}

/** Closes the connection without an answer, so that the client sees a reset. */
export const cutConnection = (request: IncomingMessage): void => {
  request.socket.resetAndDestroy()
}

export const send = (
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string | undefined,
): void => {
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  const empty = body === undefined && status !== 204 ? { 'content-length': '0' } : {}
  response.writeHead(status, { ...headers, ...length, ...empty }).end(body)
}

export const sendJson = (response: ServerResponse, status: number, body: unknown): void =>
  send(response, status, { 'content-type': 'application/json; charset=utf-8' }, JSON.stringify(body))
