import type { IncomingMessage, ServerResponse } from 'node:http'

/** An answer in the making. */
export interface Answer {
  readonly status: number
  readonly body?: unknown
}

export const problem = (status: number, code: string, message: string): Answer => ({
  status,
  body: { error: { code, message } },
})

export const write = (response: ServerResponse, { status, body }: Answer): void => {
  if (body === undefined) {
    response.writeHead(status, { 'content-length': 0 }).end()
    return
  }
  const text = JSON.stringify(body)
  response
    .writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(text) })
    .end(text)
}

/** The body as text, or undefined when it is longer than `most` bytes. */
export const readText = async (request: IncomingMessage, most: number): Promise<string | undefined> => {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size <= most) chunks.push(chunk)
  }
  return size <= most ? Buffer.concat(chunks).toString('utf8') : undefined
}
