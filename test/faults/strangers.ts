/** What strangers have in B, and leave on our twins there: nobody may touch it (P5). */
import { RestError } from '@azure/storage-blob'
import type { Account, Resource } from '../../local/simulator/state.ts'
import { ArmError, type JsonObject } from '../../local/stack/arm.ts'
import type { StrangerStep } from './history.ts'
import type { Scene } from './scene.ts'
import { look } from './witness.ts'

/** In the name of everything of theirs that A never has one of. */
const name = 'theirs'

const openPolicy: JsonObject = {
  description: name,
  options: [
    {
      configuration: { '@odata.type': '#Microsoft.Media.ContentKeyPolicyClearKeyConfiguration' },
      restriction: { '@odata.type': '#Microsoft.Media.ContentKeyPolicyOpenRestriction' },
    },
  ],
}
const filter: JsonObject = { presentationTimeRange: { startTimestamp: 10_000_000, timescale: 10_000_000 } }
const clear = { assetName: name, streamingPolicyName: 'Predefined_ClearStreamingOnly' }

/** Names that publishers of A use as well, each the only one of its kind that strangers take. */
export const takenNames = { asset: 'news', locator: 'l2', keyPolicy: 'viewers', accountFilter: 'low' } as const

/** Cannot be done at that moment, such as leaving a file where there is no twin. */
const isImpossible = (error: unknown) =>
  (error instanceof ArmError && error.status < 500) || (error instanceof RestError && error.statusCode === 404)

const shown = (item: Resource | undefined) => item && [item.name, item.properties]

export const isForeign = (text: string) => text.includes(name)

export class Strangers {
  /** Names of A's that they have taken, by kind. */
  readonly taken = new Set<keyof typeof takenNames>()
  /** When they last took one, on the clock of `performance`. */
  tookNameAt: number | undefined
  /** Assets on whose twins they have left files: the app cannot tell that from a change of what is ours. */
  readonly leftFiles = new Set<string>()
  /** Assets on whose twins they have left anything. */
  readonly heldTwins = new Set<string>()
  readonly #scene: Scene
  /** How each thing of theirs looks at this moment, by what it is. */
  readonly #things = new Map<string, () => unknown>()
  /** How each looked when it had been put there. */
  readonly #expected = new Map<string, string>()

  constructor(scene: Scene) {
    this.#scene = scene
  }

  /** What they have in B before anything else is there. */
  async begin(): Promise<void> {
    const { west } = this.#scene.arm
    await this.#keyPolicy(name)
    await this.#accountFilter(name)
    await this.#asset(name)
    await west.put(`assets/${name}/assetFilters/${name}`, filter)
    await this.#locator(name, {
      assetName: name,
      streamingPolicyName: 'Predefined_ClearKey',
      defaultContentKeyPolicyName: name,
    })
    await this.#has('filter', account => account.assets.get(name)?.filters.get(name))
    for (const kind of ['streamingEndpoints', 'transforms', 'liveEvents'] as const)
      await this.#watch(kind, () => [...look(this.#scene, 'west')[kind].values()].map(shown))
  }

  /** @returns whether it could be done. */
  async take(step: StrangerStep): Promise<boolean> {
    try {
      return await (step.do === 'leave' ? this.#leave(step.asset, step.what) : this.#takeName(step.what))
    } catch (error) {
      if (isImpossible(error)) return false
      throw error
    }
  }

  /** What is not as it was put there. */
  async changed(): Promise<readonly string[]> {
    const found: string[] = []
    for (const [what, expected] of this.#expected) if ((await this.#now(what)) !== expected) found.push(what)
    return found
  }

  async #leave(asset: string, what: 'file' | 'filter' | 'locator'): Promise<boolean> {
    const twin = look(this.#scene, 'west').assets.get(asset)
    if (twin === undefined || this.#expected.has(`${what} on ${asset}`)) return false
    if (what === 'file') {
      await this.#file(`file on ${asset}`, String(twin.properties.container), `${name}.txt`)
      this.leftFiles.add(asset)
    } else if (what === 'filter') {
      await this.#scene.arm.west.put(`assets/${asset}/assetFilters/${name}`, filter)
      await this.#has(`filter on ${asset}`, account => account.assets.get(asset)?.filters.get(name))
    } else await this.#locator(`${name}-${asset}`, { ...clear, assetName: asset }, `locator on ${asset}`)
    // Of what was refused nothing holds the twin.
    this.heldTwins.add(asset)
    return true
  }

  async #takeName(what: keyof typeof takenNames): Promise<boolean> {
    const taken = takenNames[what]
    const west = look(this.#scene, 'west')
    const there = { asset: west.assets, locator: west.streamingLocators, keyPolicy: west.contentKeyPolicies }
    if ((what === 'accountFilter' ? west.accountFilters : there[what]).get(taken) !== undefined) return false
    this.taken.add(what)
    if (what === 'asset') await this.#asset(taken)
    else if (what === 'locator') await this.#locator(taken, clear)
    else if (what === 'keyPolicy') await this.#keyPolicy(taken)
    else await this.#accountFilter(taken)
    this.tookNameAt = performance.now()
    return true
  }

  async #keyPolicy(policy: string): Promise<void> {
    await this.#scene.arm.west.put(`contentKeyPolicies/${policy}`, openPolicy)
    await this.#has(`key policy ${policy}`, account => account.contentKeyPolicies.get(policy))
  }

  async #accountFilter(named: string): Promise<void> {
    await this.#scene.arm.west.put(`accountFilters/${named}`, filter)
    await this.#has(`account filter ${named}`, account => account.accountFilters.get(named))
  }

  async #locator(locator: string, properties: JsonObject, what = `locator ${locator}`): Promise<void> {
    await this.#scene.arm.west.put(`streamingLocators/${locator}`, properties)
    await this.#has(what, account => account.streamingLocators.get(locator))
  }

  async #asset(asset: string): Promise<void> {
    const container = `${name}-${asset}`
    await this.#scene.arm.west.put(`assets/${asset}`, { container })
    const client = this.#scene.blobs.west.getContainerClient(container)
    await client.createIfNotExists()
    await this.#file(`file of ${asset}`, container, 'their.mp4')
    await this.#has(`asset ${asset}`, account => account.assets.get(asset))
    await this.#watch(`container of ${asset}`, async () => (await client.getProperties()).etag)
  }

  /** Whoever writes a file, were it with the same bytes, gives it another ETag. */
  async #file(what: string, container: string, file: string): Promise<void> {
    const client = this.#scene.blobs.west.getContainerClient(container).getBlockBlobClient(file)
    await client.upload(name, name.length)
    await this.#watch(what, async () => (await client.getProperties()).etag)
  }

  async #has(what: string, find: (west: Account) => Resource | undefined): Promise<void> {
    await this.#watch(what, () => shown(find(look(this.#scene, 'west'))))
  }

  async #watch(what: string, see: () => unknown): Promise<void> {
    this.#things.set(what, see)
    this.#expected.set(what, await this.#now(what))
  }

  async #now(what: string): Promise<string> {
    try {
      return JSON.stringify((await this.#things.get(what)?.()) ?? 'gone')
    } catch (error) {
      if (isImpossible(error)) return 'gone'
      throw error
    }
  }
}
