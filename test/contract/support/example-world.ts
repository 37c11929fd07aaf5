/** Brings a simulator into the state that an example presupposes: whatever its answer shows or its request names. */
import type { MovableClock } from '../../../local/simulator/clock.ts'
import { parseInstant } from '../../../local/simulator/instants.ts'
import { isObject, type Json, type JsonObject, textAt } from '../../../local/simulator/json.ts'
import type { MemoryBlobStore } from '../../../local/simulator/memory-blob-store.ts'
import type { Simulator } from '../../../local/simulator/simulator.ts'
import type { Account } from '../../../local/simulator/state.ts'
import type { Example } from './examples.ts'

/** Long before anything in the examples was made. */
export const beginning = new Date('2010-01-01T00:00:00Z')
export const storageAccounts = ['storage0', 'contososportsstore', 'teststorageaccount', 'contosotvstore']

export interface World {
  readonly simulator: Simulator
  readonly clock: MovableClock
  readonly blobStore: MemoryBlobStore
  readonly send: (method: string, path: string, body?: unknown) => Promise<{ status: number; text: string }>
}

interface Known {
  readonly path: string
  readonly body: JsonObject
}

/** Below the account: `assets/film/assetFilters/short`. */
const pathOf = (id: string): string => id.replace(/^.*\/mediaservices\/[^/]+\/?/i, '')

const belowAccount = /\/mediaservices\/[^/]+\/./i

/** The resources of an account that an answer shows. */
export const shownBy = (answer: Json | undefined): Known[] => {
  if (!isObject(answer)) return []
  if (Array.isArray(answer.value)) return (answer.value as readonly Json[]).flatMap(shownBy)
  const id = textAt(answer, 'id')
  return id !== undefined && belowAccount.test(id) ? [{ path: pathOf(id), body: answer }] : []
}

const clearKey = {
  configuration: { '@odata.type': '#Microsoft.Media.ContentKeyPolicyClearKeyConfiguration' },
  restriction: { '@odata.type': '#Microsoft.Media.ContentKeyPolicyOpenRestriction' },
}
const preset = { '@odata.type': '#Microsoft.Media.BuiltInStandardEncoderPreset', presetName: 'AdaptiveStreaming' }

/** For what examples name without showing it. */
const plain: Readonly<Record<string, JsonObject>> = {
  contentKeyPolicies: { properties: { options: [clearKey] } },
  streamingEndpoints: { location: 'West US', properties: {} },
  streamingPolicies: {
    properties: {
      noEncryption: { enabledProtocols: { download: true, dash: true, hls: true, smoothStreaming: true } },
    },
  },
  transforms: { properties: { outputs: [{ preset }] } },
  jobs: { properties: { input: { '@odata.type': '#Microsoft.Media.JobInputHttp', files: [] }, outputs: [] } },
}

/** Reads show secrets as empty text; a client that writes has them. */
const withSecrets = (value: Json | undefined, name = ''): Json | undefined => {
  if (value === '' && name === 'keyValue') return 'AAA='
  if (Array.isArray(value)) return (value as readonly Json[]).map(member => withSecrets(member) ?? null)
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withSecrets(member, key)]))
}

const namesIn = (value: Json | undefined, member: string): string[] => {
  if (Array.isArray(value)) return (value as readonly Json[]).flatMap(item => namesIn(item, member))
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([name, inner]) =>
    name === member && typeof inner === 'string' ? [inner] : namesIn(inner, member),
  )
}

const references: Readonly<Record<string, string>> = {
  assetName: 'assets',
  streamingPolicyName: 'streamingPolicies',
  defaultContentKeyPolicyName: 'contentKeyPolicies',
  policyName: 'contentKeyPolicies',
}

/** What must be there before a resource: the one it is below, and those it names. */
export const neededBy = (path: string, body: JsonObject): string[] => [
  ...(path.split('/').length > 2 ? [path.split('/').slice(0, -2).join('/')] : []),
  ...Object.entries(references).flatMap(([member, collection]) =>
    namesIn(body, member).map(name => `${collection}/${name}`),
  ),
]

/** What the examples of one version show, by path; requests come before answers, which mask secrets. */
export class Library {
  readonly #known = new Map<string, JsonObject>()

  constructor(examples: readonly Example[]) {
    for (const { answers } of examples)
      for (const { body } of Object.values(answers))
        for (const { path, body: shown } of shownBy(body)) this.#known.set(path.toLowerCase(), shown)
    for (const { method, below, body } of examples)
      if (method === 'PUT' && isObject(body)) this.#known.set(below.toLowerCase(), body)
  }

  find(path: string): JsonObject {
    const known = this.#known.get(path.toLowerCase())
    return known ?? plain[path.split('/').at(-2) ?? ''] ?? { properties: {} }
  }
}

const timeOf = (body: JsonObject, name: string): bigint =>
  parseInstant((isObject(body.properties) ? textAt(body.properties, name) : undefined) ?? '') ?? 0n

/** Makes things at the times they are shown with, as far as those are not past. */
export class Preparation {
  readonly #world: World
  readonly #library: Library
  readonly #account: string
  readonly #done = new Set<string>()

  /** @param account path of the account. */
  constructor(world: World, library: Library, account: string) {
    this.#world = world
    this.#library = library
    this.#account = account
  }

  /** In the order in which they were made; then those that changed later are touched in the order of that. */
  async show(resources: readonly Known[]): Promise<void> {
    const by = (name: string) => (a: Known, b: Known) => Number(timeOf(a.body, name) - timeOf(b.body, name))
    for (const { path, body } of resources.toSorted(by('created'))) await this.put(path, body)
    for (const { path, body } of resources.toSorted(by('lastModified')))
      if (timeOf(body, 'lastModified') > timeOf(body, 'created') && this.moveTo(timeOf(body, 'lastModified')))
        await this.#world.send('PATCH', `${this.#account}/${path}`, { properties: {} })
  }

  async need(path: string): Promise<void> {
    if (!this.#done.has(path.toLowerCase())) await this.put(path, this.#library.find(path))
  }

  async put(path: string, body: JsonObject): Promise<void> {
    this.#done.add(path.toLowerCase())
    for (const needed of neededBy(path, body)) await this.need(needed)
    this.moveTo(timeOf(body, 'created'))
    const { status, text } = await this.#world.send('PUT', `${this.#account}/${path}`, withSecrets(body))
    // The endpoint `default` is always there.
    if (status >= 300 && status !== 409) throw new Error(`${path} could not be prepared: ${text}`)
    if (/^streamingEndpoints\//i.test(path)) this.#world.clock.advance(60_000)
  }

  /** False when the time is past. */
  moveTo(ticks: bigint): boolean {
    const ahead = ticks - this.#world.clock.ticks()
    if (ahead > 0n) this.#world.clock.advance(Number(ahead / 10_000n))
    return ahead > 0n
  }
}

/** Only the old v2 API could make assets with storage encryption. */
export const setEncryption = (account: Account, shown: readonly Known[]): void => {
  for (const { body } of shown) {
    const asset = account.assets.get(textAt(body, 'name') ?? '')
    if (asset === undefined || !isObject(body.properties)) continue
    const { storageEncryptionFormat } = body.properties
    account.assets.set({ ...asset, properties: { ...asset.properties, storageEncryptionFormat } })
  }
}

/** Jobs run on the clock; in examples they are in any state at any time. */
export const setJobs = (account: Account, shown: readonly Known[]): void => {
  for (const { path, body } of shown) {
    const [, transform = '', , name = ''] = path.split('/')
    const jobs = account.transforms.get(transform)?.jobs
    const job = jobs?.get(name)
    if (job === undefined || !isObject(body.properties)) continue
    const { state, startTime, endTime, outputs } = body.properties
    jobs?.set({ ...job, properties: { ...job.properties, state, startTime, endTime, outputs } })
  }
}
