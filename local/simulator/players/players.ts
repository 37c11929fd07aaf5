/** What players ask: origins and key delivery of every account, below `/hosts/{host name}` of the simulator. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Faults, waitOut } from '../faults.ts'
import { cutConnection } from '../http.ts'
import type { Kernel } from '../kernel.ts'
import { badUrl, notThere, type PlayerAnswer } from './answer.ts'
import { findHost } from './hosts.ts'
import { askKeyDelivery } from './key-delivery.ts'
import { askOrigin } from './origin.ts'

const prefix = '/hosts/'
/** What faults go by. */
export const playerOperations = ['Origin_Get', 'KeyDelivery_Get'] as const

export const isForPlayers = (path: string): boolean => path.startsWith(prefix)

export interface PlayerServices {
  readonly kernel: Kernel
  readonly faults: Faults
}

const decoded = (path: string): string | undefined => {
  try {
    return decodeURIComponent(path)
  } catch {
    return undefined
  }
}

const give = (response: ServerResponse, { status, contentType, body }: PlayerAnswer): void => {
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength
  // Players in pages of any host.
  const headers = { 'content-type': contentType, 'content-length': length, 'access-control-allow-origin': '*' }
  response.writeHead(status, headers).end(body)
}

export const handlePlayer = async (
  { kernel, faults }: PlayerServices,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const url = new URL(request.url ?? '/', 'http://localhost')
  const [host = '', ...segments] = url.pathname.slice(prefix.length).split('/')
  const found = findHost(kernel.state, host.toLowerCase())
  if (found === undefined) return give(response, notThere)
  const operation = playerOperations[found.service === 'origin' ? 0 : 1]
  const struck = faults.decide(found.account.key, 'players', operation)
  await waitOut(struck, kernel.clock)
  if (struck.some(({ kind }) => kind === 'outage' || kind === 'reset')) return cutConnection(request)
  const refused = struck.find(({ kind }) => /^\d+$/.test(kind))
  if (refused !== undefined)
    return give(response, { status: Number(refused.kind), contentType: 'text/plain', body: '' })
  const path = decoded(`/${segments.join('/')}`)
  if (path === undefined) return give(response, badUrl)
  const address = request.socket.remoteAddress ?? ''
  give(
    response,
    found.service === 'origin'
      ? await askOrigin(kernel, found, path)
      : askKeyDelivery(found.account, path, url.searchParams, address),
  )
}
