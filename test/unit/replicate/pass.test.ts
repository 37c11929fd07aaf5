import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../local/stack/arm.ts'
import type { Permissions } from '../../../src/lib/ledger/facts.ts'
import type { Outcome, Unit } from '../../../src/lib/model.ts'
import { reportUnit } from '../../../src/lib/replicate/report.ts'
import { type Survey, surveyAsset } from '../../../src/lib/replicate/survey.ts'
import { syncPolicy } from '../../../src/lib/replicate/sync-policy.ts'
import { diagnose } from '../../../src/lib/replicate/trouble.ts'
import { freely, Passes } from '../../support/passes.ts'
import { startTwoRegions, storageOf, type TwoRegions } from '../../support/two-regions.ts'

let ground: TwoRegions
beforeAll(async () => {
  ground = await startTwoRegions()
})
afterAll(() => ground.close())

let number = 0
let asset: string
let container: string
let passes: Passes
beforeEach(() => {
  number += 1
  asset = `film-${number}`
  container = `asset-film-${number}`
  passes = new Passes(ground, asset)
  ground.simulator.counters.reset()
})

const encode = async (files: Record<string, string> = { 'film.mp4': 'picture', 'film.ism': ism('film.mp4') }) => {
  await ground.arm.east.put(`assets/${asset}`, { container, description: 'A film', alternateId: 'no. 1' })
  for (const [name, text] of Object.entries(files)) await ground.putBlob('east', container, name, text)
}
const ism = (...names: string[]) =>
  `<smil><head/><body><switch>${names.map(name => `<video src="${name}"/>`).join('')}</switch></body></smil>`
const publish = (name: string, more: JsonObject = {}) =>
  ground.arm.east.put(`streamingLocators/${name}`, {
    assetName: asset,
    streamingPolicyName: 'Predefined_ClearStreamingOnly',
    ...more,
  })

const _survey = (): Promise<Survey> => passes.survey()
const pass = (permissions: Permissions = {}): Promise<Outcome> => passes.run(permissions)
/** What the row remembers is lost. */
const forget = () => {
  passes.facts = {}
}

const both = async (path: string) => {
  const [east, west] = await Promise.all([ground.arm.east.get(path), ground.arm.west.get(path)])
  return { east: east?.properties, west: west?.properties }
}
const keys = async (region: 'east' | 'west', locator: string) => {
  const { contentKeys } = await ground.arm[region].post(`streamingLocators/${locator}`, 'listContentKeys')
  return contentKeys as unknown as { id: string; value: string }[]
}

describe('P1: a twin has the same address', () => {
  it('copies an asset with its files, texts and a clear locator of the same id and paths', async () => {
    await encode()
    await publish(`${asset}-clear`, { alternativeMediaId: 'media-7', startTime: '2024-01-01T00:00:00Z' })

    expect(await pass()).toEqual({ outcome: 'inSync' })

    expect(await ground.blobs('west', container)).toEqual(await ground.blobs('east', container))
    const twin = await both(`assets/${asset}`)
    expect(twin.west).toMatchObject({
      description: 'A film',
      alternateId: 'no. 1',
      container,
      storageAccountName: storageOf('west'),
    })
    const locator = await both(`streamingLocators/${asset}-clear`)
    expect(locator.west).toMatchObject({
      streamingLocatorId: locator.east?.streamingLocatorId,
      alternativeMediaId: 'media-7',
      startTime: locator.east?.startTime,
      endTime: locator.east?.endTime,
    })
    const paths = (region: 'east' | 'west') => ground.arm[region].post(`streamingLocators/${asset}-clear`, 'listPaths')
    expect(await paths('west')).toEqual(await paths('east'))
  })

  it('gives encrypted locators the same key ids and values, each its own', async () => {
    await encode()
    await ground.arm.east.put('contentKeyPolicies/open', openPolicy)
    await syncPolicy(ground.pair(), unitOf('contentKeyPolicy', 'open'), writing)
    for (const name of ['one', 'two']) {
      await publish(`${asset}-${name}`, {
        streamingPolicyName: 'Predefined_ClearKey',
        defaultContentKeyPolicyName: 'open',
      })
    }

    expect(await pass()).toEqual({ outcome: 'inSync' })

    for (const name of ['one', 'two']) {
      const [east, west] = await Promise.all([keys('east', `${asset}-${name}`), keys('west', `${asset}-${name}`)])
      expect(west.map(key => [key.id, key.value])).toEqual(east.map(key => [key.id, key.value]))
      expect(west).toHaveLength(1)
    }
  })

  it('keeps filters of the asset exactly, 64-bit times included', async () => {
    await encode()
    const url = `${ground.simulator.url}${ground.arm.east.accountId}/assets/${asset}/assetFilters/long?api-version=2022-08-01`
    const body =
      '{"properties":{"presentationTimeRange":{"startTimestamp":9007199254740993,"endTimestamp":9223372036854775807}}}'
    const headers = { authorization: 'Bearer publisher', 'content-type': 'application/json' }
    expect((await fetch(url, { method: 'PUT', headers, body })).status).toBe(201)

    expect(await pass()).toEqual({ outcome: 'inSync' })

    const west = url.replace(ground.arm.east.accountId, ground.arm.west.accountId)
    expect(await (await fetch(west, { headers })).text()).toContain('"startTimestamp":9007199254740993')
    expect(await (await fetch(west, { headers })).text()).toContain('"endTimestamp":9223372036854775807')
  })

  it('takes another container where the name is taken in the target', async () => {
    await encode()
    await ground.arm.west.put(`assets/stranger-${number}`, { container })
    await ground.putBlob('west', container, 'theirs.txt', 'theirs')

    expect(await pass()).toEqual({ outcome: 'inSync' })

    const twin = (await both(`assets/${asset}`)).west
    expect(twin?.container).not.toBe(container)
    expect(new Set(Object.keys(await ground.blobs('west', String(twin?.container))))).toEqual(
      new Set(['film.ism', 'film.mp4']),
    )
    expect(await ground.blobs('west', container)).toEqual({ 'theirs.txt': 'theirs' })
  })
})

describe('P7: what is in sync is left alone', () => {
  it('writes nothing in a second pass, and asks for no key', async () => {
    await encode()
    await ground.arm.east.put('contentKeyPolicies/open', openPolicy)
    await syncPolicy(ground.pair(), unitOf('contentKeyPolicy', 'open'), writing)
    await publish(`${asset}-aes`, { streamingPolicyName: 'Predefined_ClearKey', defaultContentKeyPolicyName: 'open' })
    await pass()
    ground.simulator.counters.reset()

    expect(await pass()).toEqual({ outcome: 'inSync' })

    expect(ground.writes('west')).toEqual([])
    const { accounts, storage } = ground.simulator.counters.report()
    expect(Object.keys(accounts.east ?? {})).not.toContain('StreamingLocators_ListContentKeys')
    expect(new Set(Object.keys(storage.west ?? {}))).toEqual(new Set(['ListBlobs', 'GetContainerProperties']))
  })

  it('P5: reads the source and never writes to it', async () => {
    await encode()
    await publish(`${asset}-clear`)
    ground.simulator.counters.reset()
    await pass()
    expect(ground.writes('east')).toEqual([])
    expect(new Set(Object.keys(ground.simulator.counters.report().storage.east ?? {}))).toEqual(
      new Set(['GetBlob', 'ListBlobs']),
    )
  })
})

describe('P2: nothing early', () => {
  it('waits for files that were written a moment ago, unless an event said that they are finished', async () => {
    await encode()
    const settling = { ...ground.pair(), timing: { ...ground.pair().timing, settle: 60_000 } }
    const ask = (finishedAt: number | undefined) =>
      surveyAsset(settling, { name: asset, facts: {}, permissions: {}, finishedAt, rules: freely, inSyncAt: undefined })
    expect((await ask(undefined)).outcome).toMatchObject({ outcome: 'waiting', code: 'NotFinished' })
    expect((await ask(Date.now() + 5_000)).outcome).toBeUndefined()
  })

  it('waits for files that a manifest names and that are not there', async () => {
    await encode({ 'film.mp4': 'picture', 'film.ism': ism('film.mp4', 'film-hd.mp4') })
    expect(await pass()).toMatchObject({
      outcome: 'waiting',
      code: 'NotFinished',
      detail: expect.stringContaining('film-hd.mp4'),
    })
    await ground.putBlob('east', container, 'film-hd.mp4', 'bigger picture')
    expect(await pass()).toEqual({ outcome: 'inSync' })
  })

  it('waits for content', async () => {
    await ground.arm.east.put(`assets/${asset}`, {})
    expect(await pass()).toMatchObject({ outcome: 'waiting', code: 'SourceEmpty' })
    expect(await ground.arm.west.get(`assets/${asset}`)).toBeUndefined()
  })
})

describe('changes and withdrawals', () => {
  it('copies what is new in a title that is streamed', async () => {
    await encode()
    await publish(`${asset}-clear`)
    await pass()
    await ground.putBlob('east', container, 'film.mp4', 'a better picture')
    await ground.putBlob('east', container, 'film_en.vtt', 'WEBVTT', 'text/vtt')

    expect(await pass()).toEqual({ outcome: 'inSync' })
    expect(await ground.blobs('west', container)).toEqual(await ground.blobs('east', container))
  })

  it('P10: withdraws a locator that was deleted, and only that', async () => {
    await encode()
    await publish(`${asset}-a`)
    await publish(`${asset}-b`)
    await pass()
    await ground.arm.east.delete(`streamingLocators/${asset}-a`)

    expect(await pass()).toEqual({ outcome: 'inSync' })
    expect(await ground.arm.west.get(`streamingLocators/${asset}-a`)).toBeUndefined()
    expect(await ground.arm.west.get(`streamingLocators/${asset}-b`)).toBeDefined()
  })

  it('P10: a locator that somebody made on the twin stays', async () => {
    await encode()
    await publish(`${asset}-a`)
    await pass()
    await ground.arm.west.put(`streamingLocators/${asset}-theirs`, {
      assetName: asset,
      streamingPolicyName: 'Predefined_DownloadOnly',
    })
    expect(await pass()).toEqual({ outcome: 'inSync' })
    expect(await ground.arm.west.get(`streamingLocators/${asset}-theirs`)).toBeDefined()
  })

  it('replaces a locator of its own that was published anew with another id', async () => {
    await encode()
    await publish(`${asset}-a`)
    await pass()
    await ground.arm.east.delete(`streamingLocators/${asset}-a`)
    await publish(`${asset}-a`)

    expect(await pass()).toEqual({ outcome: 'inSync' })
    const { east, west } = await both(`streamingLocators/${asset}-a`)
    expect(west?.streamingLocatorId).toBe(east?.streamingLocatorId)
  })

  it('P10: withdraws the locators of an asset that is gone, and keeps its twin', async () => {
    await encode()
    await publish(`${asset}-a`)
    await pass()
    await ground.arm.east.delete(`streamingLocators/${asset}-a`)
    await ground.arm.east.delete(`assets/${asset}`)
    expect(await pass()).toMatchObject({ outcome: 'blocked', code: 'SourceMissing' })
    expect(await ground.arm.west.get(`streamingLocators/${asset}-a`)).toBeUndefined()
    expect(await ground.arm.west.get(`assets/${asset}`)).toBeDefined()
  })
})

describe('P5: only what is ours', () => {
  it('leaves an asset of the same name that somebody else made, unless told to adopt it', async () => {
    await encode()
    await ground.arm.west.put(`assets/${asset}`, { container, description: 'theirs' })
    await ground.putBlob('west', container, 'film.mp4', 'their picture')
    ground.simulator.counters.reset()

    expect(await pass()).toMatchObject({ outcome: 'blocked', code: 'TargetNotOurs' })
    expect(ground.writes('west')).toEqual([])

    expect(await pass({ adopt: true })).toEqual({ outcome: 'inSync' })
    expect((await both(`assets/${asset}`)).west).toMatchObject({ description: 'A film' })
    expect(await ground.blobs('west', container)).toEqual(await ground.blobs('east', container))

    // The mark makes it known as ours when the ledger is lost.
    forget()
    await ground.putBlob('east', container, 'film.mp4', 'changed again')
    expect(await pass()).toEqual({ outcome: 'inSync' })
  })

  it('takes an equal asset of somebody else as in sync and never touches it', async () => {
    await encode()
    await pass()
    forget()
    const stranger = await surveyAsset(
      { ...ground.pair(), route: { ...ground.pair().route, from: 'elsewhere' } },
      { name: asset, facts: {}, permissions: {}, finishedAt: 0, rules: freely, inSyncAt: undefined },
    )
    expect(stranger.outcome).toEqual({ outcome: 'inSync' })
    expect(stranger.facts.owner).toBe('matched')
  })

  it('knows its own twin by the mark when the ledger is lost', async () => {
    await encode()
    await publish(`${asset}-a`)
    await pass()
    forget()
    await ground.putBlob('east', container, 'film.mp4', 'changed')
    expect(await pass()).toEqual({ outcome: 'inSync' })
  })
})

describe('P8: what cannot be done has a code', () => {
  it('names a storage account that is not mapped', async () => {
    await encode()
    const pair = { ...ground.pair(), storageFor: () => undefined }
    const found = await surveyAsset(pair, {
      name: asset,
      facts: {},
      permissions: {},
      finishedAt: undefined,
      inSyncAt: undefined,
      rules: freely,
    })
    expect(found.outcome).toMatchObject({
      outcome: 'blocked',
      code: 'StorageNotMapped',
      detail: expect.stringContaining(storageOf('east')),
    })
  })

  it('P3: an outage is an outcome that names its side', async () => {
    await encode()
    for (const [region, code] of [
      ['east', 'SourceUnavailable'],
      ['west', 'TargetUnavailable'],
    ] as const) {
      const faults = ground.simulator.faults
      const { id } = faults.add({ account: region, kind: 'outage' })
      expect(await pass()).toMatchObject({ outcome: 'waiting', code })
      faults.remove(fault => fault.id === id)
    }
  })

  it('P3: one storage call without an answer is no outage while the storage account answers others', async () => {
    await encode()
    const faults = ground.simulator.faults
    const { id } = faults.add({ account: 'west', plane: 'storage', operation: 'CopyBlobFromUrl', kind: 'reset' })
    const found = await pass()
    faults.remove(fault => fault.id === id)
    expect(found).toMatchObject({ outcome: 'failed', code: 'Unexpected' })
  })

  it.each([
    ['east', 'SourceUnavailable', 'source'],
    ['west', 'TargetUnavailable', 'target'],
  ] as const)('P3: storage of %s that does not answer at all is an outage of its side', async (region, code, side) => {
    await encode()
    await pass()
    const faults = ground.simulator.faults
    const { id } = faults.add({ account: region, plane: 'storage', kind: 'outage' })
    const trouble = await passes.survey().catch((error: unknown) => diagnose(error, passes.pair))
    faults.remove(fault => fault.id === id)
    expect(trouble).toMatchObject({ outcome: { outcome: 'waiting', code }, down: side })
  })

  it.each([
    ['east', 'SourceUnavailable', 'source'],
    ['west', 'TargetUnavailable', 'target'],
  ] as const)(
    'P3: a 409 of %s whose storage is dark is an outage of its side, no refusal',
    async (region, code, side) => {
      await encode()
      const { source, target } = passes.pair
      const faults = ground.simulator.faults
      const { id } = faults.add({ account: region, plane: 'storage', kind: 'outage' })
      const asked =
        region === 'east'
          ? source.containerSas(asset)
          : target.putAsset('other', { container: 'other', storageAccountName: storageOf('west') })
      const refused = await asked.catch((error: unknown) => error)
      const trouble = await diagnose(refused, passes.pair)
      faults.remove(fault => fault.id === id)
      expect(refused).toMatchObject({ status: 409, kind: 'conflict' })
      expect(trouble).toMatchObject({ outcome: { outcome: 'waiting', code }, down: side })
      expect(await diagnose(refused, passes.pair)).toMatchObject({
        outcome: { outcome: 'failed', code: 'RequestRefused' },
      })
    },
  )

  it('P3: an account that goes silent while locators are made is told to everyone', async () => {
    await encode()
    await publish(`${asset}-a`)
    await publish(`${asset}-b`)
    const faults = ground.simulator.faults
    const { id } = faults.add({ account: 'west', operation: 'StreamingLocators_', kind: 'outage' })
    const silent = faults.add({ account: 'west', operation: 'Mediaservices_Get', kind: 'outage' })
    const found = await pass()
    faults.remove(fault => fault.id === id || fault.id === silent.id)
    expect(found).toMatchObject({ outcome: 'waiting', code: 'TargetUnavailable' })
    expect(passes.silent).toEqual(['target'])
  })

  it('reports what a pass would do without doing it', async () => {
    await encode()
    await publish(`${asset}-a`)
    ground.simulator.counters.reset()
    const report = await reportUnit(
      ground.pair(),
      { route: 'east>west', kind: 'asset', name: asset },
      undefined,
      freely,
    )
    expect(report).toMatchObject({
      equal: false,
      blobs: 2,
      changes: expect.arrayContaining(['the asset is missing', `locator ${asset}-a is missing`]),
    })
    expect(ground.writes('west')).toEqual([])
  })
})

const unitOf = <K extends Unit['kind']>(kind: K, name: string) => ({ route: 'east>west', kind, name }) as const
const writing = { facts: {}, permissions: {}, mayWrite: async () => {} }
const openPolicy: JsonObject = {
  options: [
    {
      configuration: { '@odata.type': '#Microsoft.Media.ContentKeyPolicyClearKeyConfiguration' },
      restriction: { '@odata.type': '#Microsoft.Media.ContentKeyPolicyOpenRestriction' },
    },
  ],
}

describe('index tags of files', () => {
  const tagged = async () => {
    await encode()
    await ground.setTags('east', container, 'film.mp4', { Kind: 'film', of: 'east' })
  }

  it('P1: are as in the source on a route that copies them, whoever changed them', async () => {
    await tagged()
    passes.pair = ground.pair({ indexTags: 'copy' })
    expect(await pass()).toEqual({ outcome: 'inSync' })
    expect(await ground.tags('west', container, 'film.mp4')).toEqual({ Kind: 'film', of: 'east' })
    expect(passes.facts.taggedBlobs).toBe(0)
    await ground.setTags('west', container, 'film.mp4', { Kind: 'film', of: 'west' })
    expect(await pass()).toEqual({ outcome: 'inSync' })
    expect(await ground.tags('west', container, 'film.mp4')).toEqual({ Kind: 'film', of: 'east' })
  })

  it('P8: are left and counted on any other', async () => {
    await tagged()
    expect(await pass()).toEqual({ outcome: 'inSync' })
    expect(await ground.tags('west', container, 'film.mp4')).toEqual({})
    expect(passes.facts.taggedBlobs).toBe(1)
  })
})
