import { Agent, request as httpRequest } from 'node:http'
import type { Answer } from '../../support/api-contract.ts'

/** A request as it goes over the wire: unlike `fetch`, nothing of it is tidied. */
export interface RawRequest {
  readonly method: string
  /** With query, percent-encoded or not. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Buffer | undefined
}

export interface Sender {
  /** Rejects when there is no answer in time. */
  send(request: RawRequest, headers?: Readonly<Record<string, string>>): Promise<Answer>
  close(): void
}

/** How long any answer may take, in milliseconds, on a machine that is busy with other tests. */
const patience = 15_000

export const createSender = (hostUrl: string): Sender => {
  const { hostname, port } = new URL(hostUrl)
  const agent = new Agent({ keepAlive: true, maxSockets: 16 })
  const send = (request: RawRequest, more: Readonly<Record<string, string>> = {}): Promise<Answer> =>
    new Promise<Answer>((resolve, reject) => {
      const { method, path, headers, body } = request
      const sent = body === undefined ? undefined : Buffer.from(body as string)
      const length = sent === undefined ? {} : { 'content-length': String(sent.length) }
      const outgoing = httpRequest(
        { hostname, port, agent, method, path, headers: { ...headers, ...more, ...length } },
        incoming => {
          const chunks: Buffer[] = []
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
          incoming.on('error', reject)
          incoming.on('end', () => {
            const pairs = Object.entries(incoming.headers).map(([name, value]): [string, string] => [
              name,
              String(value),
            ])
            resolve({
              status: incoming.statusCode ?? 0,
              headers: new Headers(pairs),
              text: Buffer.concat(chunks).toString('utf8'),
            })
          })
        },
      )
      outgoing.setTimeout(patience, () => outgoing.destroy(new Error(`no answer within ${patience} ms`)))
      outgoing.on('error', (error: NodeJS.ErrnoException) => {
        // The host closes connections that were idle for a while; whoever uses one at that moment asks again.
        if (outgoing.reusedSocket && error.code === 'ECONNRESET') send(request, more).then(resolve, reject)
        else reject(error)
      })
      outgoing.end(sent)
    })
  return { send, close: () => agent.destroy() }
}
