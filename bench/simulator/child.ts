/** The processes that are measured, and the plainest client for them. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { Agent, request as httpRequest } from 'node:http'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import type { Told } from './server.ts'

export interface Child {
  /** Throws for another status than 2xx. */
  ask(method: string, path: string, body?: string): Promise<Buffer>
  /** Largest resident set so far, in bytes. */
  peak(): Promise<number>
  close(): Promise<void>
}

const told = async (child: ChildProcess): Promise<Told> => {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`The process ended with ${code}.`)
  })
  const [message] = await Promise.race([once(child, 'message'), ended])
  ended.catch(() => {})
  return message as Told
}

export const startChild = async (kind: 'simulator' | 'floor'): Promise<Child> => {
  const child = fork(join(import.meta.dirname, 'server.ts'), [kind])
  const first = await told(child)
  if (!('url' in first)) throw new Error('The process did not say its address.')
  const agent = new Agent({ keepAlive: true, maxSockets: 16 })
  return {
    async ask(method, path, body) {
      const headers = { authorization: 'Bearer any', 'content-type': 'application/json' }
      const request = httpRequest(`${first.url}${path}`, { agent, method, headers })
      request.end(body)
      const [response] = await once(request, 'response')
      const bytes = await buffer(response)
      if (response.statusCode >= 300) throw new Error(`${method} ${path}: ${response.statusCode} ${bytes.toString()}`)
      return bytes
    },
    async peak() {
      child.send('peak')
      const message = await told(child)
      return 'peakBytes' in message ? message.peakBytes : Number.NaN
    },
    async close() {
      agent.destroy()
      const ended = once(child, 'exit')
      child.disconnect()
      await ended
    },
  }
}
