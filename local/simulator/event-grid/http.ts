import type { IncomingMessage, ServerResponse } from 'node:http'
import { send, sendJson } from '../http.ts'

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
  if (body === undefined) send(response, status, {}, undefined)
  else sendJson(response, status, body)
}

/** The body as text, read to its end so that an answer reaches the sender; undefined when it is longer than `most` bytes. */
export const readText = async (request: IncomingMessage, most: number): Promise<string | undefined> => {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size <= most) chunks.push(chunk)
  }
  return size <= most ? Buffer.concat(chunks).toString('utf8') : undefined
}

/** Undefined for text that is no JSON. */
export const parseText = (text: string | undefined): unknown => {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return undefined
  }
}
