/** Publishers at work in A: what the steps of a history do there. */
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ArmError, type JsonObject, type Resource } from '../../local/stack/arm.ts'
import { regions } from '../../local/stack/regions.ts'
import { eventually, jobFinished } from '../e2e/support.ts'
import { Editions, type Files } from './editions.ts'
import type { PublisherStep } from './history.ts'
import type { Scene } from './scene.ts'
import { filesOf as filesOfAsset, look } from './witness.ts'

type Doing<K extends PublisherStep['do']> = Extract<PublisherStep, { do: K }>

const odata = (type: string) => `#Microsoft.Media.${type}`
const md5Of = (bytes: Buffer | string) => createHash('md5').update(bytes).digest('base64')
const preset = { '@odata.type': odata('BuiltInStandardEncoderPreset'), presetName: 'AdaptiveStreaming' }
const policyNames = { clear: 'Predefined_ClearStreamingOnly', aes: 'Predefined_ClearKey', token: 'token-aes' } as const
const sampleDir = join(import.meta.dirname, '../../local/sample')

const videoFilter = (bitrate: string): JsonObject => ({
  tracks: [
    {
      trackSelections: [
        { property: 'Type', operation: 'Equal', value: 'Video' },
        { property: 'Bitrate', operation: 'Equal', value: bitrate },
      ],
    },
  ],
})

/** A manifest that names its video files, as an encoder writes it. */
const manifest = (version: number) =>
  `<?xml version="1.0" encoding="utf-8"?><smil xmlns="http://www.w3.org/2001/SMIL20/Language"><head><meta name="v" content="${version}"/></head><body><switch>${['low.mp4', 'high.mp4'].map(name => `<video src="${name}" systemBitrate="1"/>`).join('')}</switch></body></smil>`

/** Files of one version, in the order in which they are written. */
const filesOf = (version: number): readonly (readonly [name: string, text: string])[] => [
  ['low.mp4', `low picture ${version}`],
  ['high.mp4', `high picture ${version}`.repeat(1 + (version % 3))],
  ['words.vtt', `WEBVTT ${version}`],
  ['film.ismc', `<client version="${version}"/>`],
  ['film.ism', manifest(version)],
]

const sampleFiles = async (): Promise<Files> => {
  const names = (await readdir(sampleDir)).filter(name => !/^readme/i.test(name))
  return new Map(
    await Promise.all(names.map(async name => [name, md5Of(await readFile(join(sampleDir, name)))] as const)),
  )
}

/** Things that cannot be done at that moment, such as publishing what was deleted. */
const isImpossible = (error: unknown) => error instanceof ArmError && error.status >= 400 && error.status < 500

export class Publisher {
  readonly editions = new Editions()
  /** Assets that A has lost at some time. */
  readonly lost = new Set<string>()
  /** Values that must be found nowhere outside of both accounts, by what they are. */
  readonly secrets = new Map<string, string>()
  #version = 0
  readonly #scene: Scene

  constructor(scene: Scene) {
    this.#scene = scene
  }

  /** @returns whether it could be done. */
  async take(step: PublisherStep): Promise<boolean> {
    try {
      await this.#take(step)
      return true
    } catch (error) {
      if (isImpossible(error)) return false
      throw error
    }
  }

  async #take(step: PublisherStep): Promise<void> {
    const { arm } = this.#scene
    switch (step.do) {
      case 'encode':
        return this.#encode(step.asset)
      case 'upload':
        return this.#upload(step)
      case 'edit':
        return this.#edit(step)
      case 'drop':
        return this.#drop(step.asset)
      case 'describe':
        await arm.east.patch(`assets/${step.asset}`, { description: `described as ${this.#next()}` })
        return
      case 'assetFilter':
        return this.#exists(`assets/${step.asset}/assetFilters/start`, step.exists, {
          presentationTimeRange: { startTimestamp: this.#next() * 10_000_000, timescale: 10_000_000 },
        })
      case 'publish':
        return this.#publish(step)
      case 'republish':
        return this.#republish(step)
      case 'unpublish':
        return this.#unpublish(step)
      case 'delete':
        this.lost.add(step.asset)
        return arm.east.delete(`assets/${step.asset}`)
      case 'keyPolicy':
        return step.exists ? this.#keyPolicy() : arm.east.delete('contentKeyPolicies/viewers')
      case 'streamingPolicy':
        return step.exists ? this.#policies('token') : arm.east.delete('streamingPolicies/token-aes')
      case 'accountFilter':
        return this.#exists('accountFilters/low', step.exists, videoFilter(`0-${400_000 + this.#next()}`))
      case 'wave':
        return this.#wave(step.filters)
    }
  }

  #next(): number {
    this.#version += 1
    return this.#version
  }

  #secret(what: string, bytes: number): string {
    const value = randomBytes(bytes).toString('base64')
    this.secrets.set(`${what} ${this.secrets.size}`, value)
    return value
  }

  async #exists(path: string, exists: boolean, properties: JsonObject): Promise<void> {
    if (exists) await this.#scene.arm.east.put(path, properties)
    else await this.#scene.arm.east.delete(path)
  }

  /** By a job of the service, with all the events that it sends. */
  async #encode(asset: string): Promise<void> {
    const { arm } = this.#scene
    await arm.east.put('transforms/ladder', { outputs: [{ preset }] })
    await this.#made(asset)
    this.editions.note(asset, new Map([...this.editions.latest(asset), ...(await sampleFiles())]))
    const job = `transforms/ladder/jobs/${asset}-${this.#next()}`
    await arm.east.put(job, {
      input: { '@odata.type': odata('JobInputHttp'), files: ['https://films.contoso.example/film.mov'] },
      outputs: [{ '@odata.type': odata('JobOutputAsset'), assetName: asset }],
    })
    const ended = await eventually(`job ${job} ended`, async () => {
      const state = String((await arm.east.get(job))?.properties.state)
      return ['Finished', 'Error'].includes(state) && state
    })
    // What it has not written is expected of nobody.
    if (ended === 'Error') this.editions.note(asset, await this.#files(asset))
  }

  /** What an asset of A holds at this moment. */
  async #files(asset: string): Promise<Files> {
    const held = look(this.#scene, 'east').assets.get(asset)
    return (held && (await filesOfAsset(this.#scene, 'east', held))) ?? new Map()
  }

  /** The asset, made where there is none. A new one begins with no file. */
  async #made(asset: string): Promise<Resource> {
    const { arm } = this.#scene
    const found = await arm.east.get(`assets/${asset}`)
    if (found !== undefined) return found
    this.editions.note(asset, new Map())
    await arm.east.put(`assets/${asset}`, {
      description: `${asset} ${this.#next()}`,
      container: `${asset}-${randomUUID()}`,
    })
    return this.#made(asset)
  }

  /** The container of an asset that may be gone. */
  async #container(asset: string) {
    const { container, storageAccountName } = (await this.#made(asset)).properties
    if (storageAccountName !== regions.east.storageAccounts[0])
      throw new Error(`${asset} is in another storage account.`)
    const client = this.#scene.blobs.east.getContainerClient(String(container))
    await client.createIfNotExists()
    return client
  }

  async #write(asset: string, files: readonly (readonly [name: string, text: string])[]): Promise<void> {
    const container = await this.#container(asset)
    this.editions.note(
      asset,
      new Map([...this.editions.latest(asset), ...files.map(([name, text]) => [name, md5Of(text)] as const)]),
    )
    for (const [name, text] of files) await container.getBlockBlobClient(name).upload(text, Buffer.byteLength(text))
  }

  async #tellFinished(asset: string): Promise<void> {
    const { data, eventType, subject } = jobFinished(this.#scene.stack, asset)
    this.#scene.stack.publishEvent('east', {
      id: randomUUID(),
      subject,
      eventType,
      eventTime: new Date().toISOString().replace('Z', ''),
      data,
    })
    await Promise.resolve()
  }

  async #upload({ asset, told }: Doing<'upload'>): Promise<void> {
    await this.#write(asset, filesOf(this.#next()))
    if (told) await this.#tellFinished(asset)
  }

  async #edit({ asset, told }: Doing<'edit'>): Promise<void> {
    const version = this.#next()
    const [name, text] = filesOf(version)[version % 3] ?? ['low.mp4', 'picture']
    // In an asset without a manifest it would be the only file, and an asset that plays nowhere.
    if (!this.editions.latest(asset).has('film.ism')) return
    await this.#write(asset, [[name, text]])
    if (told) await this.#tellFinished(asset)
  }

  async #drop(asset: string): Promise<void> {
    const files = new Map(this.editions.latest(asset))
    // What is gone since has nothing to drop.
    if (look(this.#scene, 'east').assets.get(asset) === undefined || !files.delete('words.vtt')) return
    const container = await this.#container(asset)
    this.editions.note(asset, files)
    await container.deleteBlob('words.vtt')
  }

  async #keyPolicy(): Promise<void> {
    await this.#scene.arm.east.put('contentKeyPolicies/viewers', {
      description: `viewers ${this.#next()}`,
      options: [
        {
          configuration: { '@odata.type': odata('ContentKeyPolicyClearKeyConfiguration') },
          restriction: {
            '@odata.type': odata('ContentKeyPolicyTokenRestriction'),
            issuer: 'i',
            audience: 'a',
            restrictionTokenType: 'Jwt',
            primaryVerificationKey: {
              '@odata.type': odata('ContentKeyPolicySymmetricTokenKey'),
              keyValue: this.#secret('verification key', 32),
            },
          },
        },
      ],
    })
  }

  /** What a locator of that protection names. */
  async #policies(protection: Doing<'publish'>['protection']): Promise<void> {
    const { arm } = this.#scene
    if (protection === 'clear') return
    if ((await arm.east.get('contentKeyPolicies/viewers')) === undefined) await this.#keyPolicy()
    if (protection === 'aes' || (await arm.east.get('streamingPolicies/token-aes')) !== undefined) return
    await arm.east.put('streamingPolicies/token-aes', {
      defaultContentKeyPolicyName: 'viewers',
      envelopeEncryption: {
        enabledProtocols: { download: false, dash: true, hls: true, smoothStreaming: false },
        contentKeys: { defaultKey: { label: 'main' } },
      },
    })
  }

  #keys(protection: Doing<'publish'>['protection']): JsonObject {
    if (protection === 'clear') return {}
    const label = protection === 'aes' ? 'clearKeyDefault' : 'main'
    return {
      ...(protection === 'aes' ? { defaultContentKeyPolicyName: 'viewers' } : {}),
      contentKeys: [
        { id: randomUUID(), labelReferenceInStreamingPolicy: label, value: this.#secret('content key', 16) },
      ],
    }
  }

  /** Once: a publisher that does not try again when the topic is as dark as its region, so that nobody is told. */
  async #tell(kind: 'LocatorCreated' | 'LocatorDeleted', locatorName: string, assetName: string): Promise<void> {
    const { topic } = this.#scene.stack
    const event = {
      id: randomUUID(),
      eventType: `Twinstream.${kind}`,
      subject: `streamingLocators/${locatorName}`,
      eventTime: new Date().toISOString(),
      dataVersion: '1.0',
      data: { locatorName, assetName },
    }
    await fetch(topic.endpoint, {
      method: 'POST',
      headers: { 'aeg-sas-key': topic.key, 'content-type': 'application/json' },
      body: JSON.stringify([event]),
    }).then(
      answer => answer.arrayBuffer(),
      () => undefined,
    )
  }

  async #publish({ locator, asset, protection, filtered, told }: Doing<'publish'>): Promise<void> {
    const { arm } = this.#scene
    await this.#policies(protection)
    if (filtered) await this.#exists('accountFilters/low', true, videoFilter('0-400000'))
    await arm.east.put(`streamingLocators/${locator}`, {
      assetName: asset,
      streamingPolicyName: policyNames[protection],
      streamingLocatorId: randomUUID(),
      ...(filtered ? { filters: ['low'] } : {}),
      ...this.#keys(protection),
    })
    if (told) await this.#tell('LocatorCreated', locator, asset)
  }

  async #republish({ locator, told }: Doing<'republish'>): Promise<void> {
    const { arm } = this.#scene
    const before = await arm.east.get(`streamingLocators/${locator}`)
    if (before === undefined) return
    const { assetName, streamingPolicyName, filters } = before.properties
    const [protection] = Object.entries(policyNames).find(([, name]) => name === streamingPolicyName) ?? []
    await arm.east.delete(`streamingLocators/${locator}`)
    await this.#publish({
      do: 'publish',
      locator,
      asset: String(assetName),
      protection: protection === 'aes' || protection === 'token' ? protection : 'clear',
      filtered: Array.isArray(filters) && filters.length > 0,
      told,
    })
  }

  async #unpublish({ locator, told }: Doing<'unpublish'>): Promise<void> {
    const { arm } = this.#scene
    const before = await arm.east.get(`streamingLocators/${locator}`)
    await arm.east.delete(`streamingLocators/${locator}`)
    if (told && before !== undefined) await this.#tell('LocatorDeleted', locator, String(before.properties.assetName))
  }

  async #wave(filters: number): Promise<void> {
    const { arm } = this.#scene
    const names = Array.from({ length: filters }, (_, n) => `accountFilters/wave-${n}`)
    for (const name of names) await arm.east.put(name, videoFilter('0-1000'))
    // Long enough for some of them, or all, to be in B; how many there are is part of the disorder.
    await sleep(2500)
    for (const name of names) await arm.east.delete(name)
  }
}
