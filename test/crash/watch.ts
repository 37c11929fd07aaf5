/** What is looked at while processes die: B at every change, the calls of all processes, strangers' things. */
import { type Region, storageOf, type TwoRegions } from '../support/two-regions.ts'
import { type Edition, homeOf, type Published, targetOf } from './scenario.ts'

const holds = (blobs: Edition, edition: Edition) =>
  Object.entries(edition).every(([name, text]) => blobs[name] === text)

/** P2: under a locator of the target lie all files of one edition, and the filter that it may name. */
export const nothingEarly = async (ground: TwoRegions, published: Published): Promise<readonly string[]> => {
  const { name, locators, editions } = published
  const target = targetOf(published)
  const arm = ground.arm[target]
  const found = await Promise.all(locators.map(locator => arm.get(`streamingLocators/${locator}`)))
  if (found.every(locator => locator === undefined)) return []
  if ((await arm.get(`assets/${name}`)) === undefined) return ['P2: a locator is there, and its asset is not']
  const blobs = await ground.blobs(target, name)
  const broken: string[] = []
  if (!editions.some(edition => holds(blobs, edition)))
    broken.push(`P2: a locator shows ${JSON.stringify(blobs)}, which is no edition`)
  if ((await arm.get(`assets/${name}/assetFilters/f1`)) === undefined)
    broken.push('P2: a locator is there before its filter')
  return broken
}

/** Actions that only read, though they are POSTs. */
const readings = /\/(listContentKeys|listPaths|listStreamingLocators|listContainerSas|getPolicyPropertiesWithSecrets)$/

/** P5: calls that may have written to a region. */
const writesTo = (region: Region, calls: readonly string[]): readonly string[] =>
  calls.filter(
    call =>
      /^(media|storage) (PUT|PATCH|POST|DELETE) /.test(call) &&
      call.includes(`/contoso${region}`) &&
      !readings.test(call),
  )

/** P5: writes to where it is at home, but that a twin which was left there is no longer marked as one. */
export const writesToHome = (published: Published, calls: readonly string[]): readonly string[] => {
  const home = homeOf(published)
  const unmarks = `storage PUT /${storageOf(home)}/${published.name}`
  return writesTo(home, calls).filter(call => published.home === undefined || call !== unmarks)
}

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
