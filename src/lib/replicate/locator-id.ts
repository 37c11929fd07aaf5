/** The id of a locator, which one locator of an account has at a time. */
import type { Locator } from '../media/resources.ts'
import type { Pair } from './pair.ts'
import type { Publishing } from './publish.ts'
import { Stop } from './trouble.ts'

export const sameId = (a: Locator, b: Locator | undefined): boolean =>
  a.streamingLocatorId.toLowerCase() === b?.streamingLocatorId.toLowerCase()

/**
 * An id that has moved to another name in the source is held in the target by a locator of ours, until that is withdrawn
 * by its own asset's pass, with all proofs. One that anybody else holds is not looked for.
 */
export const assertIdFree = async (
  pair: Pair,
  source: Locator,
  { holders, doubt }: Pick<Publishing, 'holders' | 'doubt'>,
): Promise<void> => {
  for (const { locator, asset } of await holders(source.streamingLocatorId)) {
    if (locator.toLowerCase() === source.name.toLowerCase()) continue
    const [origin, twin] = await Promise.all([pair.source.locator(locator), pair.target.locator(locator)])
    if (!sameId(source, twin) || sameId(source, origin)) continue
    await doubt([asset])
    const detail = `${source.name}: its id is still held by ${locator} of ${asset.name}, which goes first.`
    throw new Stop({ outcome: 'waiting', code: 'LocatorIdTaken', detail })
  }
}
