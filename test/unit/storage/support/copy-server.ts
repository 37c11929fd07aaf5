import http, { type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { BlobItem } from '../../../../src/lib/storage/ports.ts'
import { delegationKeyXml } from './delegation-key.ts'
import { pageXml } from './listing-xml.ts'

const refusals = { busy: [503, 'ServerBusy'], tooSlow: [500, 'OperationTimedOut'] } as const

/** What becomes of a copy: done, refused as too many or as too slow, or never answered. */
export type Verdict = 'done' | keyof typeof refusals | 'silence'

export interface CopyServer {
  /** Address of a storage account; the container `source` is full, every other one is filled by copies. */
  readonly url: string
  /** Copies by target container that have been done. */
  done(container: string): number
  /** Copies under way now, and at most since the start. */
  readonly inFlight: number
  readonly mostInFlight: number
  /** Copies that were refused. */
  readonly busy: number
  /** Copies asked for, whatever became of them. */
  readonly asked: number
  close(): Promise<void>
}

/** Whether the SAS of an address, if it has one that ends, has ended by then. */
const hasEnded = (address: string, now: number): boolean =>
  Date.parse(new URL(address, 'http://storage').searchParams.get('se') ?? '') <= now

/**
 * A storage account that only lists, copies and hands out keys to sign with, and whose answers to copies a test decides.
 * @param decide asked when a copy has arrived; `inFlight` counts it, `what` is its blob and query, `from` its source.
 * @param now by whose clock a SAS ends, its own or that of a source.
 */
export const startCopyServer = async (
  rows: readonly BlobItem[],
  decide: (container: string, inFlight: number, what: string, from: string) => Verdict | Promise<Verdict>,
  now: () => number = Date.now,
): Promise<CopyServer> => {
  const copied = new Map<string, Set<string>>()
  const state = { inFlight: 0, mostInFlight: 0, busy: 0, asked: 0 }

  const list = (container: string, response: ServerResponse): void => {
    const lastModified = Date.UTC(2026, 11, 1)
    const there = copied.get(container)
    const items = container === 'source' ? rows : rows.filter(({ name }) => there?.has(name))
    response.end(pageXml(items.map(item => (container === 'source' ? item : { ...item, lastModified }))))
  }

  const copy = async (
    container: string,
    name: string,
    query: string,
    from: string,
    response: ServerResponse,
  ): Promise<void> => {
    state.asked++
    state.mostInFlight = Math.max(state.mostInFlight, ++state.inFlight)
    const verdict = await decide(container, state.inFlight, `${name}${query}`, from)
    state.inFlight--
    if (verdict === 'silence') return
    if (verdict !== 'done') {
      state.busy++
      const [status, code] = refusals[verdict]
      response.writeHead(status, { 'x-ms-error-code': code }).end()
      return
    }
    copied.set(container, (copied.get(container) ?? new Set()).add(name))
    response.writeHead(202, { 'last-modified': new Date().toUTCString() }).end()
  }

  const server = http.createServer((request, response) => {
    if (request.method === 'POST') return void text(request).then(asked => response.end(delegationKeyXml(asked)))
    request.resume()
    const from = String(request.headers['x-ms-copy-source'] ?? '')
    const [own, ofSource] = [request.url ?? '', from].map(address => hasEnded(address, now()))
    if (own || ofSource) {
      const code = own ? 'AuthenticationFailed' : 'CannotVerifyCopySource'
      return void response.writeHead(403, { 'x-ms-error-code': code }).end()
    }
    const { pathname, search, searchParams } = new URL(request.url ?? '', 'http://storage')
    const [, container = '', ...rest] = pathname.split('/')
    if (request.method !== 'GET') void copy(container, decodeURIComponent(rest.join('/')), search, from, response)
    else if (searchParams.get('comp') === 'blocklist') response.end('<BlockList/>')
    else list(container, response)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    done: container => copied.get(container)?.size ?? 0,
    get inFlight() {
      return state.inFlight
    },
    get mostInFlight() {
      return state.mostInFlight
    },
    get busy() {
      return state.busy
    },
    get asked() {
      return state.asked
    },
    close() {
      server.closeAllConnections()
      return new Promise(resolve => server.close(() => resolve()))
    },
  }
}
