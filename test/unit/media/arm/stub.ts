import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ArmOptions } from '../../../../src/lib/media/arm/options.ts'
import type { Call } from '../../../../src/lib/media/arm/policies.ts'
import { createArmWriter } from '../../../../src/lib/media/arm/writer.ts'
import type { Account } from '../../../../src/lib/model.ts'
import { isServiceError, type ServiceError } from '../../../../src/lib/service-error.ts'

export interface Seen {
  readonly method: string
  readonly url: string
  readonly authorization: string | undefined
  readonly body: string
}

/** Undefined: no answer at all, the connection stays open. */
export type Reply =
  | {
      readonly status: number
      readonly body?: unknown
      readonly text?: string
      readonly headers?: Record<string, string>
    }
  | 'reset'
  | 'silence'

/** What the service says of what is not there (contract section 5). */
export const absent = {
  status: 404,
  body: { error: { code: 'NotFound', message: 'The requested resource was not found.' } },
} as const satisfies Reply

const send = (reply: Reply, request: IncomingMessage, response: ServerResponse) => {
  if (reply === 'silence') return
  if (reply === 'reset') {
    request.socket.destroy()
    return
  }
  const text = reply.text ?? (reply.body === undefined ? '' : JSON.stringify(reply.body))
  response.writeHead(reply.status, { 'content-type': 'application/json; charset=utf-8', ...reply.headers }).end(text)
}

/** A real HTTP server that answers as told and remembers what it was asked. */
export const startStub = async (answer: (seen: Seen, count: number) => Reply) => {
  const seen: Seen[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const { method = '', url = '', headers } = request
    seen.push({ method, url, authorization: headers.authorization, body: Buffer.concat(chunks).toString() })
    const last = seen.at(-1)
    if (last) send(answer(last, seen.length), request, response)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    endpoint,
    seen,
    [Symbol.asyncDispose]: () =>
      new Promise<void>(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

export const token = 'canary-token-9f8e7d'

export const accountAt = (endpoint: string): Account => ({
  key: 'east',
  provider: 'arm',
  subscriptionId: '00000000-0000-0000-0000-000000000001',
  resourceGroup: 'media-east',
  accountName: 'contosoeast',
  location: 'eastus2',
  endpoint,
  storageEndpoints: {},
  credential: { kind: 'setting', setting: 'EAST_TOKEN' },
  storageAccess: 'credential',
  notFoundCodes: ['NotFound'],
})

/** A writer at the endpoint with retries too quick to wait for, and the calls it told of. */
export const writerAt = (endpoint: string, more: Partial<ArmOptions> = {}, account: Partial<Account> = {}) => {
  const calls: Call[] = []
  const media = createArmWriter(
    { ...accountAt(endpoint), ...account },
    {
      credential: { getToken: async () => ({ token, expiresOnTimestamp: Number.MAX_SAFE_INTEGER }) },
      clock: Date.now,
      liveOutputsFor: 60_000,
      onCall: call => calls.push(call),
      retries: { count: 2, delay: 1 },
      ...more,
    },
  )
  return { media, calls }
}

/** The ServiceError that the promise ends in. */
export const failureOf = async (promise: Promise<unknown>): Promise<ServiceError> => {
  const outcome = await promise.then(
    value => value,
    (error: unknown) => error,
  )
  if (isServiceError(outcome)) return outcome
  throw new Error(`Expected a ServiceError, got ${String(outcome)}`)
}

export const base =
  '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/media-east/providers/Microsoft.Media/mediaServices/contosoeast'
