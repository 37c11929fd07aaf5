import type { Starter } from './runs.ts'

/** No instance of this app is older. */
const beginning = Date.UTC(2020, 0)
const firstWindow = 60 * 60_000
/** A window with fewer is followed by one that is twice as long. */
const fewInstances = 500

/**
 * Removes the durable history of instances that were created before a time and have finished. One call removes all of a
 * window of time, so windows are short where many instances are: from the newest back, twice as long wherever there are
 * few, so that years in which nothing is left cost a handful of calls.
 *
 * @param before milliseconds since 1970.
 * @param isOver no further window is begun then; newer ones come first again the next time.
 * @returns how many were removed. Throws when the task hub does not answer.
 */
export const tidyHistory = async (
  starter: Pick<Starter, 'purgeCreated'>,
  before: number,
  isOver: () => boolean,
): Promise<number> => {
  let removed = 0
  let length = firstWindow
  for (let to = before; to > beginning && !isOver(); ) {
    const from = Math.max(to - length, beginning)
    const found = await starter.purgeCreated(new Date(from), new Date(to))
    removed += found
    if (found < fewInstances) length *= 2
    to = from
  }
  return removed
}
