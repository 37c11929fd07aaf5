import type { Facts, Permissions } from '../ledger/ledger.ts'
import { containerMetadata, readMark } from '../storage/container.ts'
import type { Container } from '../storage/ports.ts'
import type { Pair } from './pair.ts'

/** Whose a twin is: ours to change (`made`, `adopted`), or somebody else's. */
export type Owner = 'made' | 'adopted' | 'foreign'

/**
 * The row knows; where it does not (a lost ledger), the mark on the container tells, and otherwise only a request with
 * `adopt` makes somebody else's object ours.
 *
 * @param container of the object in the target, undefined where there is none yet.
 */
export const ownerOf = async (
  pair: Pair,
  asset: string,
  container: Container | undefined,
  facts: Facts,
  permissions: Permissions,
): Promise<Owner> => {
  if (container === undefined) return 'made'
  if (facts.owner === 'made' || facts.owner === 'adopted') return facts.owner
  if (isOurMark(pair, asset, await containerMetadata(container))) return 'made'
  return permissions.adopt ? 'adopted' : 'foreign'
}

export const isOurMark = (
  pair: Pair,
  asset: string,
  metadata: Readonly<Record<string, string>> | undefined,
): boolean => {
  const mark = metadata === undefined ? undefined : readMark(metadata)
  return mark?.account === pair.route.from && mark.asset.toLowerCase() === asset.toLowerCase()
}

/** A marked container in the source is itself a twin: its home is elsewhere, and routes replicate only from home. */
export const isTwinOfAnother = async (container: Container): Promise<boolean> => {
  const metadata = await containerMetadata(container)
  return metadata !== undefined && readMark(metadata) !== undefined
}
