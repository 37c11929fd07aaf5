/** Which rows of units nobody needs any more. Pure. */
import type { Facts } from './facts.ts'
import type { UnitRow } from './ledger.ts'

/** How a twin that is no more once was; nothing goes by it, and a pass that made another one would find it out again. */
const past: ReadonlySet<string> = new Set<keyof Facts>([
  'owner',
  'sourceAccount',
  'container',
  'leftAsset',
  'refusals',
  'blobs',
  'bytes',
  'extraBlobs',
  'taggedBlobs',
  'millisecondsCopying',
  'copying',
  'listing',
])

/** No time, no text, no names. */
const isEmpty = (value: unknown): boolean =>
  value === null ||
  value === '' ||
  value === 0 ||
  value === undefined ||
  (typeof value === 'object' && Object.keys(value).length === 0)

/** Facts that only another release knows are kept with the row, unless they are empty. */
const knowsNothing = ({ home, ...facts }: Facts): boolean =>
  home !== 'target' && Object.entries(facts).every(([name, value]) => past.has(name) || isEmpty(value))

/**
 * A locator whose asset was not known has passed its question on; of all else a pass has to have written down that the
 * twin is gone. A row in sync without an owner may be of what is at home in the target, and spares sweeps a run; one that
 * says `gone` may have become so since, and costs the next sweep one run when it is forgotten.
 */
const hasNoTwin = ({ kind, facts }: UnitRow): boolean => kind === 'streamingLocator' || facts.owner === 'gone'

/**
 * Whether a unit may be forgotten: it is at rest with nothing asked for and nothing to decide, there is no twin, and
 * nothing that the target has is known by this row alone. Where the unit comes back, it is as one that never was.
 *
 * Its next run is then number 1 again, so that it has to have been at rest for longer than any instance of an earlier run
 * is remembered, or may still act.
 *
 * @param before milliseconds since 1970; what has shown life since stays.
 */
export const isForgettable = (row: UnitRow, before: number): boolean => {
  const { state, marker, dueAt, outcome, desired, observed, inSyncAt = Number.POSITIVE_INFINITY, lease } = row
  const isAtRest = state === 'idle' && marker === '' && dueAt === undefined && observed >= desired
  const isOld = outcome === 'inSync' && Math.max(inSyncAt, lease) <= before
  return isAtRest && isOld && hasNoTwin(row) && knowsNothing(row.facts)
}
