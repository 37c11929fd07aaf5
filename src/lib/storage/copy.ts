import type { Clock } from '../model.ts'
import type { Limits } from './copier.ts'
import { type CopyContext, CopyRound } from './copy-round.ts'
import { realEffects, type Sending } from './http.ts'
import { Pacer } from './pacer.ts'
import type { BlobItem, Container, Copied, CopyResult } from './ports.ts'

export interface CopyOptions extends Omit<Sending, 'onBusy'> {
  readonly source: Container
  readonly target: Container
  /** Requests under way at once; falls when the service is busy and recovers. */
  readonly concurrency?: number | undefined
  /** Shared by all copies to one account, in place of `concurrency`. */
  readonly pacer?: Pacer | undefined
  /** Asked between blobs, every few seconds at most; true ends the copy early. */
  readonly until?: ((soFar: Copied) => boolean | Promise<boolean>) | undefined
  /** Nothing new is started after so many milliseconds, but always something before. */
  readonly sliceMilliseconds?: number | undefined
  readonly clock?: Clock | undefined
  /** A locator already shows the target: what is replaced changes in one burst. */
  readonly live?: boolean | undefined
  /** Digest of the source listing that `live` replacements rest on: with another one nothing is committed. */
  readonly expected?: string | undefined
  /** Told of files that are about to be written; nothing of them is before it has ended. */
  readonly begin?: ((items: readonly BlobItem[]) => Promise<void>) | undefined
  readonly limits?: Partial<Limits> | undefined
  readonly pageSize?: number | undefined
}

const mebibyte = 1024 * 1024
/** What Copy Blob From URL takes, and blocks small enough to run side by side. */
const azureLimits: Limits = { wholeBytes: 256 * mebibyte, blockBytes: 32 * mebibyte }
const usualConcurrency = 32
const askMilliseconds = 2_000
const mostRounds = 3
/** Times are whole seconds: after one, what was written in the same second is told apart. */
const roundPause = 1_000

/** Asks `until` now and then, remembers a yes, and knows when the slice is over. */
const stopper = ({ until, sliceMilliseconds, clock = Date.now }: CopyOptions, soFar: () => Copied) => {
  const started = clock()
  let askedAt = Number.NEGATIVE_INFINITY
  let yes = false
  let begun = false
  const ask = async (): Promise<boolean> => {
    askedAt = clock()
    yes ||= (await until?.(soFar())) ?? false
    return yes
  }
  const interrupted = async (): Promise<boolean> => (yes || clock() - askedAt < askMilliseconds ? yes : ask())
  return {
    wanted: ask,
    interrupted,
    stop: async (): Promise<boolean> => {
      await interrupted()
      const over = begun && sliceMilliseconds !== undefined && clock() - started >= sliceMilliseconds
      begun = true
      return yes || over
    },
  }
}

/**
 * Makes the target hold what the source holds, by server-side copies: compares both, copies what is missing or changed,
 * looks again where something changed meanwhile, for one slice of time. Surplus blobs stay. Nothing is kept between
 * calls but what the service has: finished blobs and staged blocks.
 *
 * Manifests come last, `.ismc` before `.ism`. With `live`, new files come first, replacements are staged without effect
 * and committed in one burst, provided that the source is still the same.
 *
 * `left` 0 means that everything listed was copied as listed; only a comparison afterwards is proof.
 * @throws ServiceError, with `side`; or the reason of the signal.
 */
export const copyContainer = async (options: CopyOptions): Promise<CopyResult> => {
  const { source, target, signal, effects = realEffects, clock = Date.now } = options
  const started = clock()
  const total = { copied: 0, copiedBytes: 0, changed: 0 }
  let round: CopyRound | undefined
  const soFar = (): Copied => ({
    blobs: total.copied + (round?.progress.copied ?? 0),
    bytes: total.copiedBytes + (round?.progress.copiedBytes ?? 0) + (round?.progress.stagedBytes ?? 0),
  })
  const context: CopyContext = {
    source,
    target,
    live: options.live ?? false,
    expected: options.expected,
    limits: { ...azureLimits, ...options.limits },
    pacer: options.pacer ?? new Pacer(options.concurrency ?? usualConcurrency, clock),
    burstPacer: new Pacer(usualConcurrency, clock),
    clock,
    sending: { signal, effects },
    pageSize: options.pageSize,
    begin: options.begin,
    ...stopper(options, soFar),
  }
  let burstBegan: number | undefined
  for (let turn = 1; ; turn++) {
    round = new CopyRound(context)
    await round.run()
    const { progress, borne } = round
    total.copied += progress.copied
    total.copiedBytes += progress.copiedBytes
    total.changed += progress.changed
    burstBegan ??= progress.burstBegan
    round = undefined
    const lookAgain = (borne.length > 0 || progress.moved) && !(await context.stop())
    if (lookAgain && turn < mostRounds) {
      await effects.wait(roundPause, signal)
      continue
    }
    const lasting = borne.find(error => error.kind !== 'changed')
    if (lookAgain && lasting !== undefined) throw lasting
    const { left, leftAt, archived, burstEnded = clock() } = progress
    return {
      ...total,
      left,
      ...(leftAt === undefined ? {} : { leftAt }),
      archived,
      milliseconds: clock() - started,
      ...(burstBegan === undefined ? {} : { burstMilliseconds: burstEnded - burstBegan }),
    }
  }
}
