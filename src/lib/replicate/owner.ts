import type { Facts, Permissions } from '../ledger/facts.ts'
import { containerMetadata, type Mark, readMark } from '../storage/container.ts'
import type { Container } from '../storage/ports.ts'
import type { Pair } from './pair.ts'
import { onSide } from './trouble.ts'

/** Whose a twin is: ours to change (`made`, `adopted`), or somebody else's. */
export type Owner = 'made' | 'adopted' | 'foreign'

/** Whose a twin is now: one that is being adopted still lacks our mark. */
type Claim = Owner | 'adopting'

/**
 * The mark on the container tells, since it goes with the container: what the row remembers may have been deleted and
 * made anew by somebody else. Without a mark only a request with `adopt` makes an object ours.
 *
 * @param container of the object in the target, undefined where there is none yet.
 */
export const ownerOf = async (
  pair: Pair,
  asset: string,
  container: Container | undefined,
  facts: Facts,
  permissions: Permissions,
): Promise<{ readonly claim: Claim; readonly mark?: Mark }> => {
  if (container === undefined) return { claim: 'made' }
  const mark = await ourMark(pair, asset, container)
  if (mark !== undefined) return { claim: facts.owner === 'adopted' ? 'adopted' : 'made', mark }
  return { claim: permissions.adopt ? 'adopting' : 'foreign' }
}

/** Our mark for this asset of this route's source on a container of the target, where it has it. */
export const ourMark = async (pair: Pair, asset: string, container: Container): Promise<Mark | undefined> => {
  const metadata = await onSide('target', containerMetadata(container))
  return metadata === undefined ? undefined : ourMarkIn(pair, asset, metadata)
}

/** The same in metadata that has been read. */
export const ourMarkIn = (pair: Pair, asset: string, metadata: Readonly<Record<string, string>>): Mark | undefined => {
  const mark = readMark(metadata)
  return mark?.account === pair.route.from && mark.asset.toLowerCase() === asset.toLowerCase() ? mark : undefined
}

export const isOurs = async (pair: Pair, asset: string, container: Container): Promise<boolean> =>
  (await ourMark(pair, asset, container)) !== undefined

/** A marked container in the source is itself a twin: its home is elsewhere, and routes replicate only from home. */
export const isTwinOfAnother = async (container: Container): Promise<boolean> => {
  const metadata = await onSide('source', containerMetadata(container))
  return metadata !== undefined && readMark(metadata) !== undefined
}
