/** What is looked at while processes die: B at every change, the calls of all processes, strangers' things. */
import type { TwoRegions } from '../support/two-regions.ts'
import type { Edition, Published } from './films.ts'

const holds = (blobs: Edition, edition: Edition) =>
  Object.entries(edition).every(([name, text]) => blobs[name] === text)

/** P2: under a locator of B lie all files of one edition of A, and the filter that it may name. */
export const nothingEarly = async (ground: TwoRegions, { name, locators, editions }: Published): Promise<string[]> => {
  const { west } = ground.arm
  const found = await Promise.all(locators.map(locator => west.get(`streamingLocators/${locator}`)))
  if (found.every(locator => locator === undefined)) return []
  const blobs = await ground.blobs('west', name)
  const broken: string[] = []
  if (!editions.some(edition => holds(blobs, edition)))
    broken.push(`a locator shows ${JSON.stringify(blobs)}, which is no edition of A`)
  if ((await west.get(`assets/${name}/assetFilters/f1`)) === undefined)
    broken.push('a locator is there before its filter')
  return broken
}

/** Actions that only read, though they are POSTs. */
const readings = /\/(listContentKeys|listPaths|listStreamingLocators|listContainerSas|getPolicyPropertiesWithSecrets)$/

/** P5: calls that may have written to A. */
export const writesToEast = (calls: readonly string[]): readonly string[] =>
  calls.filter(
    call =>
      /^(media (PUT|PATCH|POST|DELETE) .*contosoeast|storage (PUT|POST|DELETE) .contosoeast)/.test(call) &&
      !readings.test(call),
  )

/** Calls that may have written to an account, of those that begin with its plane. */
export const writes = (calls: readonly string[]): readonly string[] =>
  calls.filter(call => /^(media|storage) (PUT|PATCH|DELETE)/.test(call))

/** Somebody else's in B. */
export const putStranger = async ({ arm: { west }, putBlob }: TwoRegions): Promise<void> => {
  await west.put('assets/stranger', { container: 'stranger', description: 'not ours' })
  await putBlob('west', 'stranger', 'own.mp4', 'own')
  await west.put('assets/stranger/assetFilters/own', { firstQuality: { bitrate: 1 } })
  await west.put('streamingLocators/stranger', {
    assetName: 'stranger',
    streamingPolicyName: 'Predefined_ClearStreamingOnly',
  })
}

/** P5: all of it, as it is now. */
export const stranger = async ({ arm: { west }, blobs }: TwoRegions): Promise<unknown> => [
  await Promise.all(
    ['assets/stranger', 'assets/stranger/assetFilters/own', 'streamingLocators/stranger'].map(path => west.get(path)),
  ),
  await blobs('west', 'stranger'),
]
