/**
 * Keeps calls to media accounts within their rate limits. Limits are counted by (subscription, identity, bucket), so that
 * two accounts of one subscription share them; every answer tells what is left. A call that would leave too little to the
 * owner of the account, or to events, is not sent: it ends as a ServiceError that says when to ask again.
 */
import type { Account, AccountKey, Caller, Clock } from '../../model.ts'
import { ServiceError } from '../../service-error.ts'
import type { Timing } from '../../timing.ts'
import { type Bucket, callerKey, decide, limitOf } from './bucket.ts'
import { type BucketName, bucketNames, bucketOf } from './buckets.ts'
import { isFinishing } from './finishing.ts'
import { Known } from './known.ts'

/** Where instances tell each other what they know. */
export interface BudgetStore {
  /** Swaps what is saved under an id, so that no two writers undo each other; answers what is saved afterwards. */
  changeBudget<T extends object>(id: string, change: (saved: unknown) => T): Promise<T>
}

/** How a call ended. */
export interface Ended {
  /** 0 where there was no answer. */
  readonly status: number
  /** From `x-ms-ratelimit-remaining-{bucket}`. */
  readonly remaining?: { readonly bucket: string; readonly left: number }
  /** Set for an answer that asks for fewer calls; milliseconds, where it said how long. */
  readonly throttled?: { readonly wait: number | undefined }
}

/** Asked before every call, retries included. Throws ServiceError where it may not be made now. @returns what to tell of its end. */
export type Gate = (operation: string) => Promise<(ended: Ended) => Promise<void>>

export interface GovernorOptions {
  readonly store: BudgetStore
  readonly clock: Clock
  readonly timing: Timing
  /** Waits so many milliseconds. */
  readonly sleep: (milliseconds: number) => Promise<unknown>
  /** Told of every call that has ended, with the class of its answer; nobody is by default. */
  readonly ended?: (account: AccountKey, bucket: BucketName, status: CallStatus) => void
}

/** `429` is any answer that asks for fewer calls, `none` that there was none. */
export type CallStatus = 'none' | '2xx' | '3xx' | '4xx' | '5xx' | '429'

const statusOf = ({ status, throttled }: Ended): CallStatus => {
  if (throttled !== undefined) return '429'
  return status === 0 ? 'none' : status < 300 ? '2xx' : status < 400 ? '3xx' : status < 500 ? '4xx' : '5xx'
}

type Limited = Pick<Account, 'endpoint' | 'subscriptionId' | 'credential'>

/** What is counted together: each resource manager counts for itself. */
const groupOf = ({ endpoint, subscriptionId, credential }: Limited): string => {
  const identity = credential.kind === 'identity' ? 'identity' : `setting ${credential.setting}`
  return [new URL(endpoint).origin, subscriptionId, identity].join('/').toLowerCase()
}

/** What is known of a bucket, for people. Times in milliseconds since 1970. */
export interface BudgetView {
  readonly bucket: BucketName
  readonly limit: number
  readonly left: number
  readonly at: number
  /** Calls that may be made now, and when to look again where there are none. */
  readonly event: { readonly calls: number; readonly until?: number }
  readonly bulk: { readonly calls: number; readonly until?: number }
}

export class Governor {
  readonly #options: GovernorOptions
  readonly #known = new Map<string, Known>()

  constructor(options: GovernorOptions) {
    this.#options = options
  }

  /** For all calls of one caller to one account. */
  gate(account: Limited & Pick<Account, 'key'>, caller: Caller): Gate {
    /** Buckets that answers named, where they are others than was thought. */
    const named = new Map<string, BucketName>()
    return async operation => {
      const id = this.#idOf(account, named.get(operation) ?? bucketOf(operation))
      const known = this.#knownOf(id)
      await this.#compareNotes(id, known)
      const as: Caller = isFinishing() ? { ...caller, priority: 'urgent' } : caller
      await this.#admit(known, as, `${account.key}: ${operation}`)
      const sent = known.send(callerKey(as), this.#now + this.#options.timing.budgetWants)
      return async ended => {
        const { status, remaining, throttled } = ended
        known.end()
        const name = bucketOf(operation, remaining?.bucket)
        this.#options.ended?.(account.key, name, statusOf(ended))
        if (name === known.name && remaining !== undefined && throttled === undefined)
          known.tell(sent, remaining.left, this.#now)
        else if (status !== 0 && remaining !== undefined) named.set(operation, name)
        if (throttled === undefined) return
        known.refuse(throttled.wait, this.#now)
        await this.#compareNotes(id, known, true)
      }
    }
  }

  /** How many passes may be started for a caller: as many as there are calls in the scarcest bucket of its accounts. */
  async room(accounts: readonly Limited[], caller: Caller): Promise<number> {
    let room = Number.POSITIVE_INFINITY
    for (const account of accounts)
      for (const name of bucketNames) {
        const id = this.#idOf(account, name)
        const known = this.#knownOf(id)
        await this.#compareNotes(id, known)
        const decision = this.#decide(known, caller)
        room = Math.min(room, 'grant' in decision ? decision.grant : 0)
      }
    return room
  }

  /** When a caller may go on with these accounts, milliseconds since 1970; undefined where it may now. */
  async heldUntil(accounts: readonly Limited[], caller: Caller): Promise<number | undefined> {
    if ((await this.room(accounts, caller)) > 0) return undefined
    const untils = accounts.flatMap(account =>
      bucketNames.map(name => {
        const decision = this.#decide(this.#knownOf(this.#idOf(account, name)), caller)
        return 'until' in decision ? decision.until : 0
      }),
    )
    return Math.max(...untils)
  }

  /** What is known of the buckets that an account's calls are counted in. */
  async view(account: Limited): Promise<readonly BudgetView[]> {
    await this.room([account], { route: '', priority: 'event' })
    return bucketNames.flatMap(bucket => {
      const known = this.#knownOf(this.#idOf(account, bucket))
      const { left, at } = known.bucket
      if (left === undefined || at === undefined) return []
      const side = (priority: 'event' | 'bulk') => {
        const decision = this.#decide(known, { route: '', priority })
        return 'grant' in decision ? { calls: decision.grant } : { calls: 0, until: decision.until }
      }
      return [{ bucket, limit: limitOf(known.bucket, bucket), left, at, event: side('event'), bulk: side('bulk') }]
    })
  }

  get #now(): number {
    return this.#options.clock()
  }

  #idOf(account: Limited, name: BucketName): string {
    return `${groupOf(account)}/${name}`
  }

  #knownOf(id: string): Known {
    const known = this.#known.get(id) ?? new Known(id.slice(id.lastIndexOf('/') + 1) as BucketName)
    this.#known.set(id, known)
    return known
  }

  #decide(known: Known, caller: Caller) {
    return decide(known.bucket, known.name, caller, known.at(this.#now), this.#options.timing)
  }

  /** A short wait is waited out: buckets that fill up in seconds are not worth beginning anew for. */
  async #admit(known: Known, caller: Caller, what: string): Promise<void> {
    const { timing, sleep } = this.#options
    for (let waited = 0; ; ) {
      const decision = this.#decide(known, caller)
      if ('grant' in decision) {
        if (decision.probe) known.probe(this.#now, timing)
        return
      }
      const wait = decision.until - this.#now
      known.wants(callerKey(caller), decision.until + timing.budgetWants)
      if (waited + wait > timing.budgetProbe) throw this.#refusal(what, decision.why, wait)
      await sleep(wait)
      waited += wait
    }
  }

  #refusal(what: string, why: 'throttled' | 'budgetUsed', wait: number): ServiceError {
    const message =
      why === 'throttled'
        ? `${what} was not sent: the service has asked for fewer calls`
        : `${what} was not sent: what is left of the rate limit is kept`
    return new ServiceError(why, message, { retryAfter: wait })
  }

  /** Instances tell each other now and then, and at once when the service has refused a call. */
  async #compareNotes(id: string, known: Known, now = false): Promise<void> {
    const { store, timing } = this.#options
    if (!now && !known.isStale(this.#now, timing)) return
    try {
      await known.share(change => store.changeBudget<Bucket>(id, change), this.#now)
    } catch {
      // What this instance knows itself will do; whatever is wrong with the ledger shows where it is needed.
    }
  }
}
