import { isServiceError, type ServiceError } from '../service-error.ts'
import { type Block, planBlocks } from './blocks.ts'
import { commitBlocks, copyWhole, type Job, setTier, stageBlock, stagedBlocks, writeEmpty } from './copy-blob.ts'
import { diffListings } from './diff.ts'
import type { Sending } from './http.ts'
import { listBlobs, listIfAny } from './listing.ts'
import type { Pacer } from './pacer.ts'
import type { Container, Difference } from './ports.ts'
import { Progress } from './progress.ts'
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
  readonly limits: Limits
  readonly pacer: Pacer
  readonly clock: () => number
  readonly sending: Sending
  readonly pageSize: number | undefined
  /** Whether the slice is over, or somebody wants the copy to end. */
  stop(): Promise<boolean>
  /** Whether somebody wants the copy to end, slice or not. */
  wanted(): Promise<boolean>
}

/** A blob that waits for all others; its blocks are staged where there are any. */
interface Held {
  readonly job: Job
  readonly blocks: readonly Block[]
}

const manifestRank = (name: string): number => (/\.ism$/i.test(name) ? 2 : /\.ismc$/i.test(name) ? 1 : 0)

const repeatable = new Set(['BlobAlreadyExists', 'InvalidBlockList', 'InvalidBlobOrBlock', 'BlobArchived'])

/**
 * Failures that say that the listings are out of date: the source changed or went away, somebody else wrote to the
 * target, or the answer to a write that succeeded was lost. The next comparison tells which.
 */
export const settledByAnotherLook = (error: unknown): error is ServiceError =>
  isServiceError(error) &&
  (error.kind === 'changed' ||
    (error.kind === 'notFound' && error.side === 'source') ||
    repeatable.has(error.serviceCode ?? ''))

/** One comparison of both sides and the copies it asks for. */
export class CopyRound {
  readonly progress = new Progress()
  readonly #context: CopyContext
  readonly #tasks: Tasks
  readonly #sending: Sending
  readonly #held: Held[] = []

  constructor(context: CopyContext) {
    this.#context = context
    this.#tasks = new Tasks(context.pacer, settledByAnotherLook)
    const { signal } = context.sending
    this.#sending = {
      ...context.sending,
      signal: signal === undefined ? this.#tasks.signal : AbortSignal.any([signal, this.#tasks.signal]),
      onBusy: () => context.pacer.slower(),
    }
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

  #list(container: Container, side: 'source' | 'target') {
    const options = { ...this.#sending, side, pageSize: this.#context.pageSize }
    return side === 'source' ? listBlobs(container, options) : listIfAny(container, options)
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
    if (item.copyPending) return this.progress.notYet(item)
    if (await this.#context.stop()) return this.progress.leave(item)
    const job = { source, target, item, replaces: difference.kind === 'changed' ? difference.target.etag : undefined }
    if (difference.kind === 'changed' && difference.why.every(what => what === 'tier'))
      return this.#request(job, () => setTier(job, this.#sending))
    const later = manifestRank(item.name) > 0 || (live && difference.kind === 'changed')
    if (!later) return this.#copy(job)
    if (live) return this.#stageForBurst(job)
    this.#held.push({ job, blocks: [] })
  }

  /** Starts one request that is the whole work on a blob. */
  async #request(job: Job, work: () => Promise<void>): Promise<void> {
    await this.#tasks.start(async () => {
      try {
        await work()
        this.progress.done(job.item)
      } catch (error) {
        this.progress.leave(job.item)
        throw error
      }
    })
  }

  async #copy(job: Job): Promise<void> {
    const { item } = job
    if (item.size === 0) return this.#request(job, () => writeEmpty(job, this.#sending))
    if (item.size <= this.#context.limits.wholeBytes && item.blobType === 'BlockBlob')
      return this.#request(job, () => copyWhole(job, this.#sending))
    const blocks = planBlocks(item, this.#context.limits.blockBytes)
    const staging = await this.#stage(job, blocks)
    this.#tasks.follow(
      staging.done.then(async staged => {
        if (staged) await this.#request(job, () => commitBlocks(job, blocks, this.#sending))
        else this.progress.leave(item)
      }),
    )
  }

  async #stageForBurst(job: Job): Promise<void> {
    const blocks = planBlocks(job.item, this.#context.limits.blockBytes)
    const staging = await this.#stage(job, blocks)
    this.#tasks.follow(
      staging.done.then(staged => {
        if (staged) this.#held.push({ job, blocks })
        else this.progress.leave(job.item)
      }),
    )
  }

  /** Stages what is not staged yet; what is, from an earlier slice, is used. `done` is false where some block is not. */
  async #stage(job: Job, blocks: readonly Block[]): Promise<{ readonly done: Promise<boolean> }> {
    const [only] = blocks
    if (only === undefined) return { done: Promise.resolve(true) }
    let staged: ReadonlyMap<string, number> = new Map()
    const looking = await this.#tasks.start(async () => {
      staged = await stagedBlocks(job, this.#sending)
      if (blocks.length === 1 && staged.get(only.id) !== only.size) await stageBlock(job, only, this.#sending)
    })
    if (blocks.length === 1) return looking
    if (!(await looking.done)) return { done: Promise.resolve(false) }
    const parts: Promise<boolean>[] = []
    for (const block of blocks) {
      if (staged.get(block.id) === block.size) continue
      if (await this.#context.stop()) return { done: Promise.resolve(false) }
      parts.push((await this.#tasks.start(() => stageBlock(job, block, this.#sending))).done)
    }
    return { done: Promise.all(parts).then(all => all.every(Boolean)) }
  }

  /** Commits or copies what was held back: first what manifests name, then `.ismc`, then `.ism`. */
  async #finish(digest: string): Promise<void> {
    const ready = this.progress.left === 0 && !(await this.#context.wanted()) && (await this.#sourceIs(digest))
    if (!ready) {
      for (const { job } of this.#held) this.progress.leave(job.item)
      return
    }
    const started = this.#context.clock()
    for (const rank of [0, 1, 2]) {
      const held = this.#held.filter(({ job }) => manifestRank(job.item.name) === rank)
      // A manifest must not name what could not be written.
      if (this.progress.left > 0) for (const { job } of held) this.progress.leave(job.item)
      else for (const one of held) await this.#release(one)
      await this.#tasks.settle()
    }
    if (this.#context.live) this.progress.burst(this.#context.clock() - started)
  }

  #release({ job, blocks }: Held): Promise<void> {
    return blocks.length === 0 ? this.#copy(job) : this.#request(job, () => commitBlocks(job, blocks, this.#sending))
  }

  /** Under a live locator nothing is committed unless the source is still what was staged. */
  async #sourceIs(digest: string): Promise<boolean> {
    if (!this.#context.live) return true
    const tally = new Tally()
    for await (const item of this.#list(this.#context.source, 'source')) tally.add(item)
    const same = tally.summary().digest === digest
    if (!same) this.progress.sourceMoved()
    return same
  }
}
