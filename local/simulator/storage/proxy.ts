import type { IncomingMessage, ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import type { Azurite } from '../../azurite.ts'
import { type Clock, millisecondsOf, systemClock } from '../clock.ts'
import type { Counters } from '../counters.ts'
import type { FaultKind, Trait } from '../fault-kinds.ts'
import type { Fault } from '../fault-rules.ts'
import { type Faults, waitOut } from '../faults.ts'
import { cutConnection } from '../http.ts'
import { disturbsList, sendDisturbed } from '../list-faults.ts'
import {
  answerError,
  beingDeleted,
  cannotVerifySource,
  conditionNotMet,
  operationTimedOut,
  roleMissing,
  type StorageError,
  serverBusy,
  sourceConditionNotMet,
} from './answers.ts'
import { authorize, forwardable, type RawHeaders, type TokenCheck } from './authorization.ts'
import { type CopyCheck, CopySources, copySourceOf, isSourceCondition, largestCopy } from './copy-sources.ts'
import { forward, relay, type Upstream } from './forward.ts'
import { Listings, readListing } from './listings.ts'
import { operationOf, type StorageOperation, type StorageTarget, targetOf } from './operation.ts'

export interface ProxyOptions {
  readonly azurite: Pick<Azurite, 'blobUrl' | 'accounts'>
  readonly faults: Pick<Faults, 'decide'>
  readonly counters: Pick<Counters, 'count'>
  /** Key of the media account that a storage account belongs to; faults and counters go by it. */
  readonly accountOf: (storageAccount: string) => string | undefined
  /** By default every token is accepted. */
  readonly tokens?: TokenCheck
  /** Bytes that Copy Blob From URL takes; 256 MiB unless a test wants less. */
  readonly largestCopy?: number
  /** @default the machine's */
  readonly clock?: Clock
  readonly log?: (line: string) => void
  /** Called for every request that was carried out, also where its reply is lost. */
  readonly carriedOut?: (request: CarriedOut) => void
}

/** A request to storage that Azurite has answered. */
export interface CarriedOut {
  /** Key of the media account. */
  readonly account: string
  readonly method: string
  readonly operation: StorageOperation
  readonly container: string
  /** Empty where the request is about the container. */
  readonly blob: string
  readonly status: number
  /** When it was handed on, and when it was answered: milliseconds since 1970 by the machine's clock. */
  readonly began: number
  readonly ended: number
}

/** One client request on its way through. */
interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly target: StorageTarget
  readonly operation: StorageOperation
  /** Counts the request; `undefined` when it gets no answer. */
  readonly counted: (status: number | undefined) => void
}

const traitsOf = (operation: StorageOperation, method: string | undefined): Trait[] => {
  if (operation === 'ListBlobs') return ['request', 'read', 'list']
  return method === 'PUT' || method === 'DELETE' ? ['request', 'write'] : ['request']
}

const errors: Partial<Record<FaultKind, (retryAfter?: number) => StorageError>> = {
  403: () => roleMissing,
  409: () => beingDeleted,
  412: () => conditionNotMet,
  429: serverBusy,
  500: operationTimedOut,
  503: serverBusy,
}
const errorOf = ({ kind, retryAfter }: Fault): StorageError | undefined => errors[kind]?.(retryAfter)

const close = ({ request, counted }: Exchange): void => {
  counted(undefined)
  cutConnection(request)
}

const refuse = ({ response, counted }: Exchange, error: StorageError): void => {
  counted(error.status)
  answerError(response, error)
}

/** What one request meets on its way to Azurite and back. */
export class StorageProxy {
  readonly #options: ProxyOptions
  readonly #upstream: Upstream
  readonly #clock: Clock
  readonly #listings = new Listings()
  readonly #sources: CopySources
  readonly #accounts: ReadonlyMap<string, Azurite['accounts'][number]>

  constructor(options: ProxyOptions, upstream: Upstream) {
    this.#options = options
    this.#upstream = upstream
    this.#clock = options.clock ?? systemClock()
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

  #faultsOf(storageAccount: string, operation: StorageOperation, traits: readonly Trait[]): Fault[] {
    const names = [this.#accountOf(storageAccount), storageAccount]
    return this.#options.faults.decide(names, 'storage', operation, traits)
  }

  async #serve(exchange: Exchange): Promise<void> {
    const { request, target, operation } = exchange
    const faults = this.#faultsOf(target.account, operation, traitsOf(operation, request.method))
    await waitOut(faults, this.#clock)
    for (const fault of faults) {
      if (fault.kind === 'outage' || fault.kind === 'reset') return close(exchange)
      const error = errorOf(fault)
      if (error !== undefined) return refuse(exchange, error)
    }
    const source = copySourceOf(request)
    if (source !== undefined && source.account !== target.account) {
      const unreadable = await this.#readFaults(source)
      if (unreadable !== undefined) return refuse(exchange, unreadable)
    }
    const headers = authorize(request, target, operation, {
      accounts: this.#accounts,
      tokens: this.#options.tokens ?? (() => 'accepted'),
      now: () => millisecondsOf(this.#clock.ticks()),
    })
    if (!Array.isArray(headers)) return refuse(exchange, headers)
    const ended = source === undefined ? undefined : this.#sources.begin(source.path, operation === 'CopyBlobFromUrl')
    try {
      const repeated = faults.some(({ kind }) => kind === 'repeatedWrite')
      const body = repeated ? await buffer(request) : undefined
      if (repeated) exchange.counted((await this.#carryOut(exchange, headers, body)).resume().statusCode)
      await this.#answer(exchange, await this.#carryOut(exchange, headers, body), faults)
    } catch (error) {
      this.#options.log?.(`Azurite did not answer ${operation}: ${error instanceof Error ? error.message : 'unknown'}`)
      close(exchange)
    } finally {
      ended?.()
    }
  }

  async #carryOut(exchange: Exchange, headers: RawHeaders, body: Buffer | undefined): Promise<IncomingMessage> {
    const { request, operation, target } = exchange
    const began = Date.now()
    const answer = await forward(this.#upstream, request, headers, body)
    this.#options.carriedOut?.({
      account: this.#accountOf(target.account),
      method: request.method ?? 'GET',
      operation,
      container: target.container,
      blob: target.blob,
      status: answer.statusCode ?? 500,
      began,
      ended: Date.now(),
    })
    return answer
  }

  /** A copy reads its source as anybody would: trouble there is trouble of the copy. */
  async #readFaults(source: StorageTarget): Promise<StorageError | undefined> {
    const faults = this.#faultsOf(source.account, 'GetBlob', ['request'])
    await waitOut(faults, this.#clock)
    return faults.some(({ kind }) => kind !== 'latency')
      ? cannotVerifySource(503, 'Could not verify the copy source within the specified time.')
      : undefined
  }

  async #answer(exchange: Exchange, answer: IncomingMessage, faults: readonly Fault[]): Promise<void> {
    if (faults.some(({ kind }) => kind === 'lostReply')) {
      answer.resume().once('close', () => close(exchange))
      return
    }
    if (isSourceCondition(exchange.operation, exchange.request.headers, answer.statusCode)) {
      answer.resume()
      refuse(exchange, sourceConditionNotMet)
      return
    }
    exchange.counted(answer.statusCode)
    const stale = faults.find(({ kind }) => kind === 'staleRead')
    if (answer.statusCode !== 200 || (stale === undefined && !disturbsList(faults)))
      return relay(answer, exchange.response)
    const fresh = await readListing(answer)
    const now = millisecondsOf(this.#clock.ticks())
    const listing = stale === undefined ? fresh : this.#listings.stale(exchange.target, fresh, stale.seconds ?? 0, now)
    sendDisturbed(exchange.response, listing, faults, this.#clock)
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
