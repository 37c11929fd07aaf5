import { copyContainer } from '../storage/copy.ts'
import type { BlobItem, Copied, CopyResult } from '../storage/ports.ts'
import type { Pair, Place } from './pair.ts'

/**
 * Copies for one slice of time.
 *
 * @param expected digest of the source listing that was found at rest; under a live locator no other is committed.
 * @param until asked now and then; true ends the slice early, e.g. because there is more to do than when it began.
 * @param begin told of files before they are written.
 * @returns how much is left; the step is repeated until nothing is.
 */
export const copyFiles = async (
  pair: Pair,
  asset: string,
  places: { readonly source: Place; readonly target: Place },
  live: boolean,
  expected: string,
  until: (soFar: Copied) => Promise<boolean>,
  begin: (items: readonly BlobItem[]) => Promise<void>,
): Promise<CopyResult> =>
  copyContainer({
    source: await pair.sourceContainer(asset, places.source),
    target: pair.targetContainer(places.target),
    pacer: pair.pacerFor(places.target),
    limits: pair.copyLimits,
    sliceMilliseconds: pair.timing.copySlice,
    clock: pair.clock,
    live,
    expected,
    until,
    begin,
  })
