import type { Side } from '../model.ts'
import type { ServiceError } from '../service-error.ts'
import { Copier, type CopierContext } from './copier.ts'
import { diffListings } from './diff.ts'
import { listPages, listPagesIfAny } from './listing.ts'
import type { BlobItem, Container, Difference, Listing } from './ports.ts'
import type { Progress } from './progress.ts'
import type { Staged } from './staging.ts'
import { Tally } from './tally.ts'

/** What a round works with. */
export interface CopyContext extends CopierContext {
  readonly source: Container
  readonly target: Container
  readonly live: boolean
  readonly expected: string | undefined
  readonly clock: () => number
  readonly pageSize: number | undefined
  readonly begin: ((items: readonly BlobItem[]) => Promise<void>) | undefined
  /** As `wanted`, asking now and then only. */
  interrupted(): Promise<boolean>
  /** Whether somebody wants the copy to end, slice or not. */
  wanted(): Promise<boolean>
}

type ToCopy = Exclude<Difference, { kind: 'extra' }>

/** Files that are told of at once before they are written. */
const toldAtOnce = 1_000

const manifestRank = (name: string): number => (/\.ism$/i.test(name) ? 2 : /\.ismc$/i.test(name) ? 1 : 0)

/** One comparison of both sides and the copies it asks for. */
export class CopyRound {
  readonly #context: CopyContext
  readonly #copier: Copier
  /** What waits for all others; with its blocks staged where there are any. */
  readonly #held: Staged[] = []

  constructor(context: CopyContext) {
    this.#context = context
    this.#copier = new Copier(context)
  }

  get progress(): Progress {
    return this.#copier.progress
  }

  /** Failures that another round settles. */
  get borne(): readonly ServiceError[] {
    return this.#copier.borne
  }

  async run(): Promise<void> {
    try {
      const digest = await this.#copyWhatDiffers()
      await this.#copier.settle()
      if (this.#held.length > 0) await this.#finish(digest)
    } finally {
      // Nothing may write on after this has ended, however it ends.
      await this.#copier.settle()
    }
  }

  #list(container: Container, side: Side): Listing {
    const options = { ...this.#copier.sending, side, pageSize: this.#context.pageSize }
    return side === 'source' ? listPages(container, options) : listPagesIfAny(container, options)
  }

  async #copyWhatDiffers(): Promise<string> {
    const { source, target } = this.#context
    const tally = new Tally()
    const differences = diffListings(tally.watch(this.#list(source, 'source')), this.#list(target, 'target'))
    let told: ToCopy[] = []
    const begin = async () => {
      await this.#context.begin?.(told.map(difference => difference.source))
      for (const difference of told) await this.#take(difference)
      told = []
    }
    for await (const difference of differences) {
      if (difference.kind === 'extra') continue
      told.push(difference)
      if (told.length >= toldAtOnce) await begin()
    }
    if (told.length > 0) await begin()
    return tally.summary().digest
  }

  async #take(difference: ToCopy): Promise<void> {
    const { source, target, live } = this.#context
    const { source: item } = difference
    if (item.tier === 'Archive') return this.progress.skip(item)
    if (item.copyPending) this.progress.sourceChanged(item)
    if (item.copyPending || (await this.#context.interrupted())) return this.progress.leave(item)
    const job = { source, target, item, replaces: difference.kind === 'changed' ? difference.target.etag : undefined }
    if (difference.kind === 'changed' && difference.why.every(what => what === 'tier' || what === 'tags'))
      return this.#copier.adjust(job, difference.why)
    const later = manifestRank(item.name) > 0 || (live && difference.kind === 'changed')
    if (!later) return this.#copier.copy(job)
    if (live) return this.#copier.stage(job, staged => this.#held.push(staged))
    this.#held.push({ job, blocks: [] })
  }

  /** Commits or copies what was held back: first what manifests name, then `.ismc`, then `.ism`. */
  async #finish(digest: string): Promise<void> {
    const [{ live, clock }, { progress }] = [this.#context, this]
    const ready = progress.left === 0 && !(await this.#context.wanted()) && (await this.#sourceIs(digest))
    if (ready && live) progress.burstBegan = clock()
    for (const rank of [0, 1, 2]) {
      const held = this.#held.filter(({ job }) => manifestRank(job.item.name) === rank)
      // A manifest must not name what could not be written.
      if (!ready || progress.left > 0) for (const { job } of held) progress.leave(job.item)
      else
        for (const one of held)
          await (one.blocks.length > 0 ? this.#copier.commit(one, true) : this.#copier.copy(one.job, true))
      await this.#copier.settle()
    }
    if (ready && live) progress.burstEnded = clock()
  }

  /** Under a live locator nothing is committed unless the source is still what was staged. */
  async #sourceIs(digest: string): Promise<boolean> {
    const { live, expected, source } = this.#context
    if (!live) return true
    if (expected !== undefined && expected !== digest) {
      this.progress.moved = true
      return false
    }
    const tally = new Tally()
    for await (const page of this.#list(source, 'source')) for (const item of page) tally.add(item)
    this.progress.moved = tally.summary().digest !== digest
    return !this.progress.moved
  }
}
