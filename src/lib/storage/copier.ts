import { isServiceError, type ServiceError } from '../service-error.ts'
import { planBlocks } from './blocks.ts'
import { commitBlocks, copyWholeOrStaged, type Job, setTags, setTier } from './copy-blob.ts'
import type { Sending } from './http.ts'
import type { Pacer } from './pacer.ts'
import { Progress } from './progress.ts'
import { type Staged, stage } from './staging.ts'
import { Tasks } from './tasks.ts'

export interface Limits {
  /** Bytes up to which a blob is copied by one request. */
  readonly wholeBytes: number
  /** Usual bytes of a block above that. */
  readonly blockBytes: number
}

/** What copies of blobs need of the copy they are a part of. */
export interface CopierContext {
  readonly limits: Limits
  readonly pacer: Pacer
  /** Places for the burst alone: it must not wait behind what others copy. */
  readonly burstPacer: Pacer
  readonly sending: Sending
  /** Asked before anything is moved: whether the slice is over, or somebody wants the copy to end. */
  stop(): Promise<boolean>
}

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

/** Starts the requests that make blobs equal to their sources, as places become free, and keeps count of them. */
export class Copier {
  readonly progress = new Progress()
  /** For requests that need no place. */
  readonly sending: Sending
  readonly #context: CopierContext
  readonly #tasks: Tasks
  /** For requests that hold one of everybody's places, and for those that hold one of the burst's. */
  readonly #paced: Sending
  readonly #inBurst: Sending

  constructor(context: CopierContext) {
    this.#context = context
    this.#tasks = new Tasks(context.pacer, settledByAnotherLook)
    const { signal } = context.sending
    this.sending = {
      ...context.sending,
      signal: signal === undefined ? this.#tasks.signal : AbortSignal.any([signal, this.#tasks.signal]),
      onBusy: () => {
        context.pacer.slower()
        context.burstPacer.slower()
      },
    }
    this.#paced = { ...this.sending, aside: pause => context.pacer.aside(pause) }
    this.#inBurst = { ...this.sending, aside: pause => context.burstPacer.aside(pause) }
  }

  /** Failures that another comparison settles. */
  get borne(): readonly ServiceError[] {
    return this.#tasks.borne
  }

  /** Waits until nothing runs any more. @throws what ended all copies. */
  settle(): Promise<void> {
    return this.#tasks.settle()
  }

  /** Mends tier and index tags without writing the blob again. */
  adjust(job: Job, why: readonly string[]): Promise<void> {
    const work = async (sending: Sending): Promise<void> => {
      if (why.includes('tier')) await setTier(job, sending)
      if (why.includes('tags')) await setTags(job, sending)
    }
    return this.#unlessOver(job, () => this.#request(job, work))
  }

  copy(job: Job, burst = false): Promise<void> {
    const { size, blobType } = job.item
    if (size > this.#context.limits.wholeBytes || (size > 0 && blobType !== 'BlockBlob'))
      return this.stage(job, staged => this.commit(staged))
    const blocks = planBlocks(job.item, this.#context.limits.blockBytes)
    const work = () => this.#request(job, sending => copyWholeOrStaged(job, blocks, sending), burst)
    return burst ? work() : this.#unlessOver(job, work)
  }

  commit({ job, blocks }: Staged, burst = false): Promise<void> {
    return this.#request(job, sending => commitBlocks(job, blocks, sending), burst, true)
  }

  /** Stages the blocks of a blob and, once all are there, goes on with `then`; does not wait for that. */
  async stage(job: Job, then: (staged: Staged) => unknown): Promise<void> {
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
}
