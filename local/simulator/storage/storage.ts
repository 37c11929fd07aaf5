import { once } from 'node:events'
import { Agent, createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Azurite } from '../../azurite.ts'
import type { Counters } from '../counters.ts'
import type { Fault, Faults } from '../faults.ts'
import {
  answerError,
  cannotVerifySource,
  operationTimedOut,
  type StorageError,
  serverBusy,
  sourceConditionNotMet,
} from './answers.ts'
import { authorize, forwardable, type TokenCheck } from './authorization.ts'
import { type CopyCheck, CopySources, largestCopy } from './copy-sources.ts'
import { forward, relay, type Upstream } from './forward.ts'
import { operationOf, type StorageOperation, type StorageTarget, targetOf } from './operation.ts'

export interface StorageOptions {
  /** 0, the default, takes a free port. */
  readonly port?: number
  readonly azurite: Pick<Azurite, 'blobUrl' | 'accounts'>
  readonly faults: Pick<Faults, 'decide'>
  readonly counters: Pick<Counters, 'count'>
  /** Key of the media account that a storage account belongs to; faults and counters go by it. */
  readonly accountOf: (storageAccount: string) => string | undefined
  /** By default every token is accepted. */
  readonly tokens?: TokenCheck
  /** Bytes that Copy Blob From URL takes; 256 MiB unless a test wants less. */
  readonly largestCopy?: number
  readonly now?: () => number
  readonly log?: (line: string) => void
}

/** Blob storage of all accounts at `{url}/{storageAccount}/{container}/{blob}`. */
export interface Storage {
  readonly url: string
  close(): Promise<void>
}

const host = '127.0.0.1'
const idleConnection = 120_000

/** One client request on its way through. */
interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly target: StorageTarget
  readonly operation: StorageOperation
  /** Counts the request; `undefined` when it gets no answer. */
  readonly counted: (status: number | undefined) => void
}

const wait = (faults: readonly Fault[]): Promise<unknown> | undefined => {
  const latency = faults.reduce((sum, fault) => sum + (fault.kind === 'latency' ? (fault.milliseconds ?? 0) : 0), 0)
  return latency > 0 ? sleep(latency) : undefined
}

const errorOf = ({ kind, retryAfter }: Fault): StorageError | undefined => {
  if (kind === '503' || kind === '429') return serverBusy(retryAfter)
  return kind === '500' ? operationTimedOut : undefined
}

const close = ({ response, counted }: Exchange): void => {
  counted(undefined)
  response.destroy()
}

const refuse = ({ response, counted }: Exchange, error: StorageError): void => {
  counted(error.status)
  answerError(response, error)
}

/** Where a copy reads from, when that is this storage. */
const sourceOf = (request: IncomingMessage): StorageTarget | undefined => {
  const source = request.headers['x-ms-copy-source']
  if (typeof source !== 'string' || !URL.canParse(source)) return undefined
  const url = new URL(source)
  return url.host === request.headers.host ? targetOf(url.pathname) : undefined
}

const sourceConditions = ['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since']

/** Azurite gives the code of the target's conditions for those of the source, and 304 for a write. */
const isSourceCondition = ({ operation, request: { headers } }: Exchange, status: number | undefined): boolean =>
  operation === 'CopyBlobFromUrl' &&
  (status === 412 || status === 304) &&
  sourceConditions.some(name => headers[`x-ms-source-${name}`] !== undefined) &&
  (status === 304 || !sourceConditions.some(name => headers[name] !== undefined))

class StorageProxy {
  readonly #options: StorageOptions
  readonly #upstream: Upstream
  readonly #sources: CopySources
  readonly #accounts: ReadonlyMap<string, Azurite['accounts'][number]>

  constructor(options: StorageOptions, upstream: Upstream) {
    this.#options = options
    this.#upstream = upstream
    this.#sources = new CopySources(options.largestCopy ?? largestCopy)
    this.#accounts = new Map(options.azurite.accounts.map(account => [account.name, account]))
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = targetOf(request.url ?? '/')
    const check = this.#sources.checkedBy(request, target.path)
    if (check !== undefined) return this.#answerCheck(request, response, check)
    const operation = operationOf(request.method ?? 'GET', target, request.headers)
    const account = this.#accountOf(target.account)
    await this.#serve({
      request,
      response,
      target,
      operation,
      counted: status => this.#options.counters.count('storage', account, operation, status),
    })
  }

  #accountOf(storageAccount: string): string {
    return this.#options.accountOf(storageAccount) ?? storageAccount
  }

  #faultsOf(storageAccount: string, operation: StorageOperation): Fault[] {
    return this.#options.faults.decide(this.#accountOf(storageAccount), 'storage', operation)
  }

  async #serve(exchange: Exchange): Promise<void> {
    const { request, target, operation } = exchange
    const faults = this.#faultsOf(target.account, operation)
    await wait(faults)
    for (const fault of faults) {
      if (fault.kind === 'outage' || fault.kind === 'reset') return close(exchange)
      const error = errorOf(fault)
      if (error !== undefined) return refuse(exchange, error)
    }
    const source = sourceOf(request)
    if (source !== undefined && source.account !== target.account) {
      const unreadable = await this.#readFaults(source)
      if (unreadable !== undefined) return refuse(exchange, unreadable)
    }
    const headers = authorize(request, target, operation, {
      accounts: this.#accounts,
      tokens: this.#options.tokens ?? (() => 'accepted'),
      now: this.#options.now ?? Date.now,
    })
    if (!Array.isArray(headers)) return refuse(exchange, headers)
    const ended = source === undefined ? undefined : this.#sources.begin(source.path, operation === 'CopyBlobFromUrl')
    try {
      const answer = await forward(this.#upstream, request, headers)
      this.#answer(exchange, answer, faults)
    } catch (error) {
      this.#options.log?.(`Azurite did not answer ${operation}: ${error instanceof Error ? error.message : 'unknown'}`)
      close(exchange)
    } finally {
      ended?.()
    }
  }

  /** A copy reads its source as anybody would: trouble there is trouble of the copy. */
  async #readFaults(source: StorageTarget): Promise<StorageError | undefined> {
    const faults = this.#faultsOf(source.account, 'GetBlob')
    await wait(faults)
    return faults.some(({ kind }) => kind !== 'latency')
      ? cannotVerifySource(503, 'Could not verify the copy source within the specified time.')
      : undefined
  }

  #answer(exchange: Exchange, answer: IncomingMessage, faults: readonly Fault[]): void {
    if (faults.some(({ kind }) => kind === 'lostReply')) {
      answer.resume().once('close', () => close(exchange))
      return
    }
    if (isSourceCondition(exchange, answer.statusCode)) {
      answer.resume()
      refuse(exchange, sourceConditionNotMet)
      return
    }
    exchange.counted(answer.statusCode)
    relay(answer, exchange.response)
  }

  async #answerCheck(request: IncomingMessage, response: ServerResponse, check: CopyCheck): Promise<void> {
    const tooLarge = cannotVerifySource(409, 'The copy source is larger than 256 MiB.')
    if (check.refused()) return answerError(response, tooLarge)
    try {
      const answer = await forward(this.#upstream, request, forwardable(request.rawHeaders))
      if (answer.statusCode !== 200 || check.sourceIs(Number(answer.headers['content-length'] ?? 0)))
        return relay(answer, response)
      answer.resume()
      answerError(response, tooLarge)
    } catch {
      response.destroy()
    }
  }
}

/**
 * Starts the proxy that makes Azurite look like the storage of many accounts: identity instead of keys, the service's
 * own error codes where Azurite has others, faults, and counters. Bodies are streamed; the Host header is kept, because
 * Azurite compares it with the address of a copy source.
 *
 * Throws when the port is taken.
 */
export const startStorage = async (options: StorageOptions): Promise<Storage> => {
  const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY, scheduling: 'fifo' })
  const { hostname, port } = new URL(options.azurite.blobUrl)
  const proxy = new StorageProxy(options, { host: hostname, port: Number(port), agent })
  const server = createServer({ keepAliveTimeout: idleConnection, requestTimeout: 0 }, (request, response) => {
    response.on('error', () => {})
    proxy.handle(request, response).catch((error: unknown) => {
      options.log?.(`The storage proxy dropped a request: ${error instanceof Error ? error.message : 'unknown'}`)
      response.destroy()
    })
  })
  server.listen(options.port ?? 0, host)
  await once(server, 'listening').catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'EADDRINUSE'
      ? new Error(`The storage proxy did not start: port ${options.port} on ${host} is taken`)
      : error
  })
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
      agent.destroy()
    },
  }
}
