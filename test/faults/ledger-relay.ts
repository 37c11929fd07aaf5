/** Between the app and the tables of its ledger: counts conflicts, and does wrong what storage can do wrong. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

export const ledgerFaultKinds = ['lostReply', 'reset', 'busy', 'slow'] as const

/** `slow` waits 300 ms, `busy` answers 503; the next `count` requests are struck. */
export interface LedgerFault {
  readonly kind: (typeof ledgerFaultKinds)[number]
  readonly count: number
}

export interface LedgerRelay {
  /** Address of the tables, without account and trailing slash. */
  readonly url: string
  readonly conflicts: number
  /** Faults that have struck, by kind. */
  readonly struck: Readonly<Record<string, number>>
  add(fault: LedgerFault): void
  clear(): void
  close(): Promise<void>
}

const slowness = 300
/** Of the answer, or of a part of the answer to a batch. */
const isConflict = /^HTTP\/1\.1 (409|412)\b/m

export const startLedgerRelay = async (tableUrl: string): Promise<LedgerRelay> => {
  const { hostname, port } = new URL(tableUrl)
  const struck: Record<string, number> = {}
  let faults: { kind: LedgerFault['kind']; count: number }[] = []
  let conflicts = 0

  const next = (): LedgerFault['kind'] | undefined => {
    const [fault] = faults
    if (fault === undefined) return undefined
    fault.count -= 1
    faults = faults.filter(({ count }) => count > 0)
    struck[fault.kind] = (struck[fault.kind] ?? 0) + 1
    return fault.kind
  }
  const cut = (request: IncomingMessage): void => {
    request.socket.resetAndDestroy()
  }

  const relay = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const fault = next()
    const body = await buffer(request)
    if (fault === 'reset') return cut(request)
    if (fault === 'busy') {
      response.writeHead(503, { 'content-type': 'text/plain' }).end('busy')
      return
    }
    if (fault === 'slow') await new Promise(resolve => setTimeout(resolve, slowness))
    const { method, url, headers } = request
    const onward = send({ hostname, port, path: url, method, headers })
    const [answer] = (await once(onward.end(body), 'response')) as [IncomingMessage]
    const text = await buffer(answer)
    if (isConflict.test(`HTTP/1.1 ${answer.statusCode}\n${text.toString('latin1')}`)) conflicts += 1
    if (fault === 'lostReply') return cut(request)
    response.writeHead(answer.statusCode ?? 502, answer.rawHeaders).end(text)
  }
  const server = createServer({ keepAliveTimeout: 120_000 }, (request, response) => {
    response.on('error', () => {})
    relay(request, response).catch(() => cut(request))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get conflicts() {
      return conflicts
    },
    struck,
    add: fault => void faults.push({ ...fault }),
    clear() {
      faults = []
    },
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
