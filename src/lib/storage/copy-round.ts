import type { Side } from '../model.ts'
import { isServiceError, type ServiceError } from '../service-error.ts'
import { planBlocks } from './blocks.ts'
import { commitBlocks, copyWhole, type Job, setTags, setTier, writeEmpty } from './copy-blob.ts'
import { diffListings } from './diff.ts'
import type { Sending } from './http.ts'
import { listPages, listPagesIfAny } from './listing.ts'
import type { Pacer } from './pacer.ts'
import type { Container, Difference } from './ports.ts'
import { Progress } from './progress.ts'
import { type Staged, stage } from './staging.ts'
import { Tally } from './tally.ts'
import { Tasks } from './tasks.ts'

export interface Limits {
  /** Bytes up to which a blob is copied by one request. */
  readonly wholeBytes: number
  /** Usual bytes of a block above that. */
  readonly blockBytes: number
}

/** What a round works with. */
export interface CopyContext {
  readonly source: Container
  readonly target: Container
  readonly live: boolean
  readonly expected: string | undefined
  readonly limits: Limits
  readonly pacer: Pacer
  /** Places for the burst alone: it must not wait behind what others copy. */
  readonly burstPacer: Pacer
  readonly clock: () => number
  readonly sending: Sending
  readonly pageSize: number | undefined
  /** As `wanted`, asking now and then only. */
  interrupted(): Promise<boolean>
  /** Asked before anything is moved: whether the slice is over, or somebody wants the copy to end. */
  stop(): Promise<boolean>
  /** Whether somebody wants the copy to end, slice or not. */
  wanted(): Promise<boolean>
}

const manifestRank = (name: string): number => (/\.ism$/i.test(name) ? 2 : /\.ismc$/i.test(name) ? 1 : 0)

const repeatable = new Set(['BlobAlreadyExists', 'InvalidBlockList', 'InvalidBlobOrBlock', 'BlobArchived'])

/**
 * Failures that say that the listings are out of date: the source changed or went away, somebody else wrote to the
 * target, or the answer to a write that succeeded was lost. The next comparison tells which.
 */
const settledByAnotherLook = (error: unknown): error is ServiceError =>
  isServiceError(error) &&
  (error.kind === 'changed' ||
    (error.kind === 'notFound' && error.side === 'source') ||
    repeatable.has(error.serviceCode ?? ''))

/** Mends what can be mended without writing the blob again. */
const adjust = async (job: Job, why: readonly string[], sending: Sending): Promise<void> => {
  if (why.includes('tier')) await setTier(job, sending)
  if (why.includes('tags')) await setTags(job, sending)
}

/** One comparison of both sides and the copies it asks for. */
export class CopyRound {
  readonly progress = new Progress()
  readonly #context: CopyContext
  readonly #tasks: Tasks
  readonly #sending: Sending
  /** The same for requests that hold one of everybody's places, and for those that hold one of the burst's. */
  readonly #paced: Sending
  readonly #inBurst: Sending
  /** What waits for all others; with its blocks staged where there are any. */
  readonly #held: Staged[] = []

  constructor(context: CopyContext) {
    this.#context = context
    this.#tasks = new Tasks(context.pacer, settledByAnotherLook)
    const { signal } = context.sending
    this.#sending = {
      ...context.sending,
      signal: signal === undefined ? this.#tasks.signal : AbortSignal.any([signal, this.#tasks.signal]),
      onBusy: () => {
        context.pacer.slower()
        context.burstPacer.slower()
      },
    }
    this.#paced = { ...this.#sending, aside: pause => context.pacer.aside(pause) }
    this.#inBurst = { ...this.#sending, aside: pause => context.burstPacer.aside(pause) }
  }

  /** Failures that another round settles. */
  get borne(): readonly ServiceError[] {
    return this.#tasks.borne
  }

  async run(): Promise<void> {
    try {
      const digest = await this.#copyWhatDiffers()
      await this.#tasks.settle()
      if (this.#held.length > 0) await this.#finish(digest)
    } finally {
      // Nothing may write on after this has ended, however it ends.
      await this.#tasks.settle()
    }
  }

  #list(container: Container, side: Side) {
    const options = { ...this.#sending, side, pageSize: this.#context.pageSize }
    return side === 'source' ? listPages(container, options) : listPagesIfAny(container, options)
  }

  async #copyWhatDiffers(): Promise<string> {
    const { source, target } = this.#context
    const tally = new Tally()
    const differences = diffListings(tally.watch(this.#list(source, 'source')), this.#list(target, 'target'))
    for await (const difference of differences) if (difference.kind !== 'extra') await this.#take(difference)
    return tally.summary().digest
  }

  async #take(difference: Exclude<Difference, { kind: 'extra' }>): Promise<void> {
    const { source, target, live } = this.#context
    const { source: item } = difference
    if (item.tier === 'Archive') return this.progress.skip(item)
    if (item.copyPending) this.progress.sourceChanged(item)
    if (item.copyPending || (await this.#context.interrupted())) return this.progress.leave(item)
    const job = { source, target, item, replaces: difference.kind === 'changed' ? difference.target.etag : undefined }
    if (difference.kind === 'changed' && difference.why.every(what => what === 'tier' || what === 'tags'))
      return this.#unlessOver(job, () => this.#request(job, sending => adjust(job, difference.why, sending)))
    const later = manifestRank(item.name) > 0 || (live && difference.kind === 'changed')
    if (!later) return this.#copy(job)
    if (live) return this.#stage(job, staged => this.#held.push(staged))
    this.#held.push({ job, blocks: [] })
  }

  /** Starts one request that is the whole remaining work on a blob. */
  async #request(job: Job, work: (sending: Sending) => Promise<void>, burst = false, staged = false): Promise<void> {
    const [sending, pacer] = burst ? [this.#inBurst, this.#context.burstPacer] : [this.#paced, this.#context.pacer]
    const { done } = await this.#tasks.start(async () => {
      await this.#watched(job, () => work(sending))
      this.progress.done(job.item, staged)
    }, pacer)
    void done.then(succeeded => succeeded || this.progress.leave(job.item))
  }

  async #watched(job: Job, work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      if (settledByAnotherLook(error) && error.side === 'source') this.progress.sourceChanged(job.item)
      throw error
    }
  }

  async #unlessOver(job: Job, work: () => Promise<void>): Promise<void> {
    if (await this.#context.stop()) this.progress.leave(job.item)
    else await work()
  }

  #copy(job: Job, burst = false): Promise<void> {
    const { size, blobType } = job.item
    if (size > this.#context.limits.wholeBytes || (size > 0 && blobType !== 'BlockBlob'))
      return this.#stage(job, staged => this.#commit(staged))
    const copy = size === 0 ? writeEmpty : copyWhole
    const work = () => this.#request(job, sending => copy(job, sending), burst)
    return burst ? work() : this.#unlessOver(job, work)
  }

  #commit({ job, blocks }: Staged, burst = false): Promise<void> {
    return this.#request(job, sending => commitBlocks(job, blocks, sending), burst, true)
  }

  /** Stages the blocks of a blob and, once all are there, goes on with `then`; does not wait for that. */
  async #stage(job: Job, then: (staged: Staged) => unknown): Promise<void> {
    const blocks = planBlocks(job.item, this.#context.limits.blockBytes)
    const staging = await stage(job, blocks, {
      sending: this.#paced,
      stop: () => this.#context.stop(),
      staged: bytes => this.progress.stage(bytes),
      start: work => this.#tasks.start(() => this.#watched(job, work)),
    })
    this.#tasks.follow(
      staging.done.then(async staged => {
        if (staged) await then({ job, blocks })
        else this.progress.leave(job.item)
      }),
    )
  }

  /** Commits or copies what was held back: first what manifests name, then `.ismc`, then `.ism`. */
  async #finish(digest: string): Promise<void> {
    const ready = this.progress.left === 0 && !(await this.#context.wanted()) && (await this.#sourceIs(digest))
    const { live, clock } = this.#context
    if (ready && live) this.progress.burstBegan = clock()
    for (const rank of [0, 1, 2]) {
      const held = this.#held.filter(({ job }) => manifestRank(job.item.name) === rank)
      // A manifest must not name what could not be written.
      if (!ready || this.progress.left > 0) for (const { job } of held) this.progress.leave(job.item)
      else for (const one of held) await (one.blocks.length > 0 ? this.#commit(one, true) : this.#copy(one.job, true))
      await this.#tasks.settle()
    }
    if (ready && live) this.progress.burstEnded = clock()
  }

  /** Under a live locator nothing is committed unless the source is still what was staged. */
  async #sourceIs(digest: string): Promise<boolean> {
    const { live, expected } = this.#context
    if (!live) return true
    if (expected !== undefined && expected !== digest) {
      this.progress.moved = true
      return false
    }
    const tally = new Tally()
    for await (const page of this.#list(this.#context.source, 'source')) for (const item of page) tally.add(item)
    this.progress.moved = tally.summary().digest !== digest
    return !this.progress.moved
  }
}
