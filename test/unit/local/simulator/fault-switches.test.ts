/** Every kind of fault on every plane it concerns, as a client meets it. A kind or plane without an entry fails here. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type FaultKind, faultKinds, kindRules, type Plane } from '../../../../local/simulator/fault-kinds.ts'
import { type FaultGround, startFaultGround } from './fault-ground.ts'

let ground: FaultGround
let number = 0
/** A name nobody else has: of an asset, its container, an event. */
let name: string

beforeAll(async () => {
  ground = await startFaultGround()
})
afterAll(() => ground[Symbol.asyncDispose]())
beforeEach(async () => {
  number += 1
  name = `thing-${number}`
  await ground.blobStore.ensureContainer(ground.storageAccount, name)
})
afterEach(async () => {
  await ground.east('DELETE', '/_sim/faults')
  await ground.unsubscribe('all')
  ground.webhook.received.length = 0
})

const inject = async (rule: object): Promise<string> => {
  const { status, body } = await ground.east('POST', '/_sim/faults', { account: 'east', ...rule })
  expect(body.problems).toBeUndefined()
  expect(status).toBe(200)
  return body.id
}
const asset = (method: string) => ground.east(method, `assets/${name}`, method === 'PUT' ? {} : undefined)
const putBlob = (blob = 'a', headers = {}) => ground.blob('PUT', `${name}/${blob}`, 'bytes', headers)
const listBlobs = () => ground.blob('GET', `${name}?restype=container&comp=list`)
const namesIn = (xml: string) => [...xml.matchAll(/<Name>([^<]*)<\/Name>/g)].map(([, found]) => found)
const assetNames = (body: { value: { name: string }[] }) => body.value.map(item => item.name)

/** Sees that `request` is not answered before the clock has moved on by `milliseconds`. */
const waits = async (id: string, milliseconds: number, request: () => Promise<unknown>) => {
  let isDone = false
  const done = request().then(() => {
    isDone = true
  })
  await ground.struck(id)
  ground.clock.advance(milliseconds - 1)
  await ground.struck(id)
  expect(isDone).toBe(false)
  ground.clock.advance(1)
  await done
}

const closed = 'fetch failed'
type Case = (rule: object) => Promise<void>

/** Nothing is done, and the answer is `status` with and without Retry-After. */
const refused =
  (
    request: () => Promise<{ status: number; headers: Headers }>,
    unchanged: () => Promise<void>,
    status: number,
  ): Case =>
  async rule => {
    await inject({ ...rule, retryAfter: 9, count: 1 })
    const patient = await request()
    expect([patient.status, patient.headers.get('retry-after')]).toEqual([status, '9'])
    await inject({ ...rule, count: 1 })
    const silent = await request()
    expect([silent.status, silent.headers.get('retry-after')]).toEqual([status, null])
    await unchanged()
  }
const noAsset = async () => expect((await asset('GET')).status).toBe(404)
const noBlob = async () => expect((await ground.blob('GET', `${name}/a`)).status).toBe(404)
const noEvent = async () => {
  await ground.idle()
  expect(ground.webhook.received).toEqual([])
}
/** Key delivery of a key that nobody has. */
const play = (host = 'contosoeast.keydelivery.eastus2.media.azure.net') =>
  fetch(`${ground.simulator.url}/hosts/${host}/?kid=0cf1a6b2-52ab-4c3e-9f5b-6a2a1d1f0e02`)
const control = (status: number) => refused(() => asset('PUT'), noAsset, status)
const storage = (status: number) => refused(() => putBlob(), noBlob, status)
const events =
  (status: number): Case =>
  async rule => {
    await ground.subscribe('all')
    await refused(() => ground.publish(name), noEvent, status)(rule)
  }

/** Nothing is done, and the answer is `status`. */
const denied =
  (request: () => Promise<{ status: number }>, unchanged: () => Promise<void>, status: number): Case =>
  async rule => {
    await inject({ ...rule, count: 1 })
    expect((await request()).status).toBe(status)
    await unchanged()
  }
const deniedBlob = (status: number) => denied(() => putBlob(), noBlob, status)

const cut: Record<Plane, Case> = {
  control: async rule => {
    await inject({ ...rule, count: 1 })
    await expect(asset('PUT')).rejects.toThrow(closed)
    await noAsset()
  },
  storage: async rule => {
    await inject({ ...rule, count: 1 })
    await expect(putBlob()).rejects.toThrow(closed)
    await noBlob()
  },
  events: async rule => {
    await ground.subscribe('all')
    await inject({ ...rule, operation: 'Publish', count: 1 })
    await expect(ground.publish(name)).rejects.toThrow(closed)
    await noEvent()
  },
  players: async rule => {
    await inject({ ...rule, operation: 'KeyDelivery_Get', count: 1 })
    expect((await play('contosoeast-use22.streaming.media.azure.net')).status).not.toBe(200)
    await expect(play()).rejects.toThrow(closed)
    expect((await play()).status).toBe(404)
  },
}

const players =
  (status: number): Case =>
  async rule => {
    await inject({ ...rule, count: 1 })
    expect([(await play()).status, (await play()).status]).toEqual([status, 404])
  }

const truncated =
  (request: () => Promise<Response>, isPart: (text: string) => void): Case =>
  async rule => {
    await inject({ ...rule, count: 1 })
    const part = await request()
    const text = await part.text()
    expect([part.status, part.headers.get('content-length')]).toEqual([200, String(text.length)])
    isPart(text)
    await inject({ ...rule, contentLength: 'whole', count: 1 })
    const whole = await request()
    expect(whole.status).toBe(200)
    await expect(whole.text()).rejects.toThrow('terminated')
  }

/** A plain client, since a half answer is no JSON. */
const listAssets = () => {
  const account = '11111111-1111-1111-1111-111111111111/resourceGroups/media-east/providers/Microsoft.Media'
  const url = `${ground.simulator.url}/subscriptions/${account}/mediaServices/contosoeast/assets`
  return fetch(`${url}?api-version=2022-08-01`, { headers: { authorization: 'Bearer any' } })
}

const slow =
  (request: () => Promise<Response>, end: string): Case =>
  async rule => {
    const id = await inject({ ...rule, milliseconds: 5000, count: 2 })
    const answer = await request()
    expect(answer.status).toBe(200)
    await waits(id, 5000, async () => expect(await answer.text()).toContain(end))
  }

const cases: Record<FaultKind, Partial<Record<Plane, Case>>> = {
  outage: cut,
  reset: cut,
  latency: {
    control: async rule => waits(await inject({ ...rule, milliseconds: 5000 }), 5000, () => asset('PUT')),
    storage: async rule => waits(await inject({ ...rule, milliseconds: 5000 }), 5000, () => putBlob()),
    events: async rule => {
      await ground.subscribe('all')
      const id = await inject({ ...rule, operation: 'Deliver', milliseconds: 5000 })
      await waits(id, 5000, async () => {
        await ground.publish(name)
        await ground.received(1)
      })
    },
    players: async rule => waits(await inject({ ...rule, milliseconds: 5000 }), 5000, () => play()),
  },
  403: { control: denied(() => asset('PUT'), noAsset, 403), storage: deniedBlob(403) },
  409: { storage: deniedBlob(409) },
  412: { storage: deniedBlob(412) },
  429: { control: control(429), storage: storage(503), events: events(429) },
  500: { control: control(500), storage: storage(500), events: events(500), players: players(500) },
  503: { control: control(503), storage: storage(503), events: events(503), players: players(503) },
  lostReply: {
    control: async rule => {
      await inject({ ...rule, count: 1 })
      await expect(asset('PUT')).rejects.toThrow(closed)
      expect((await asset('GET')).status).toBe(200)
    },
    storage: async rule => {
      await inject({ ...rule, count: 1 })
      await expect(putBlob()).rejects.toThrow(closed)
      expect(await (await ground.blob('GET', `${name}/a`)).text()).toBe('bytes')
    },
    events: async rule => {
      await ground.subscribe('all')
      await inject({ ...rule, operation: 'Publish', count: 1 })
      await expect(ground.publish(name)).rejects.toThrow(closed)
      expect(await ground.received(1)).toEqual([name])
    },
  },
  repeatedWrite: {
    control: async rule => {
      await asset('PUT')
      await inject({ ...rule, operation: 'StreamingLocators_Create', count: 1 })
      const properties = { assetName: name, streamingPolicyName: 'Predefined_ClearStreamingOnly' }
      expect((await ground.east('PUT', `streamingLocators/${name}`, { properties })).status).toBe(409)
      expect((await ground.east('GET', `streamingLocators/${name}`)).status).toBe(200)
      const counted = (await ground.east('GET', '/_sim/counters')).body.accounts.east.StreamingLocators_Create
      expect(counted).toEqual({ bucket: 'resourceRequests', count: 2, statuses: { none: 1, 409: 1 } })
    },
    storage: async rule => {
      await inject({ ...rule, count: 1 })
      expect((await putBlob('a', { 'if-none-match': '*' })).status).toBe(409)
      expect(await (await ground.blob('GET', `${name}/a`)).text()).toBe('bytes')
    },
  },
  staleRead: {
    control: async rule => {
      await asset('PUT')
      const filter = () => ground.east('GET', `assets/${name}/assetFilters/short`)
      ground.clock.advance(30_000)
      await inject({ ...rule, seconds: 30 })
      await ground.east('PUT', `assets/${name}/assetFilters/short`, { properties: {} })
      await ground.east('PUT', `assets/${name}-late`, {})
      expect((await filter()).status).toBe(404)
      ground.clock.advance(20_000)
      await asset('DELETE')
      expect((await asset('GET')).status).toBe(200)
      expect(assetNames((await ground.east('GET', 'assets')).body)).not.toContain(`${name}-late`)
      expect((await ground.west('GET', `assets/${name}`)).status).toBe(404)
      ground.clock.advance(10_000)
      expect((await filter()).status).toBe(200)
      expect(assetNames((await ground.east('GET', 'assets')).body)).toContain(`${name}-late`)
      ground.clock.advance(20_000)
      expect((await asset('GET')).status).toBe(404)
    },
    storage: async rule => {
      await putBlob('a')
      await inject({ ...rule, seconds: 30 })
      expect(namesIn(await (await listBlobs()).text())).toEqual(['a'])
      await putBlob('b')
      ground.clock.advance(29_999)
      expect(namesIn(await (await listBlobs()).text())).toEqual(['a'])
      ground.clock.advance(1)
      expect(namesIn(await (await listBlobs()).text())).toEqual(['a', 'b'])
    },
  },
  slowList: {
    control: slow(listAssets, ']'),
    storage: slow(listBlobs, '</EnumerationResults>'),
  },
  truncatedList: {
    control: async rule => {
      await asset('PUT')
      await truncated(listAssets, text => expect(() => JSON.parse(text)).toThrow(SyntaxError))(rule)
    },
    storage: async rule => {
      for (const blob of ['a', 'b', 'c', 'd']) await putBlob(blob)
      await truncated(listBlobs, text => {
        expect(namesIn(text).length).toBeGreaterThan(1)
        expect(namesIn(text).length).toBeLessThan(4)
        expect(text).toMatch(/<\/Blob>$/)
      })(rule)
    },
  },
  lostEvent: {
    events: async rule => {
      await ground.subscribe('all')
      await inject({ ...rule, count: 1 })
      await ground.publish('lost')
      await ground.publish('kept')
      expect(await ground.received(1)).toEqual(['kept'])
      await ground.idle()
      expect(ground.webhook.received).toHaveLength(1)
    },
  },
  lateEvent: {
    events: async rule => {
      await ground.subscribe('all')
      await inject({ ...rule, milliseconds: 60_000, count: 1 })
      await ground.publish('late')
      await ground.publish('prompt')
      expect(await ground.received(1)).toEqual(['prompt'])
      ground.clock.advance(60_000)
      expect(await ground.received(2)).toEqual(['prompt', 'late'])
    },
  },
  doubledEvent: {
    events: async rule => {
      await ground.subscribe('all')
      await inject({ ...rule, count: 1 })
      await ground.publish('twice')
      expect(await ground.received(2)).toEqual(['twice', 'twice'])
      await ground.idle()
      expect(ground.webhook.received).toHaveLength(2)
    },
  },
  reorderedEvent: {
    events: async rule => {
      await ground.subscribe('all')
      await inject({ ...rule, count: 1 })
      await ground.publish('first')
      await ground.publish('second')
      expect(await ground.received(2)).toEqual(['second', 'first'])
      await inject({ ...rule, milliseconds: 60_000, count: 1 })
      await ground.publish('last')
      ground.clock.advance(60_000)
      expect((await ground.received(3)).at(2)).toBe('last')
    },
  },
}

describe('each fault on each plane, seen by a client', () => {
  const all = faultKinds.flatMap(kind => kindRules[kind].planes.map(plane => [kind, plane] as const))

  it.each(all)('P3: %s on the plane %s', async (kind, plane) => {
    const run = cases[kind][plane]
    if (run === undefined) throw new Error(`There is no test of ${kind} on the plane ${plane}`)
    await run({ kind, plane })
  })
})

describe('when a fault strikes', () => {
  const series = async () => {
    const statuses: number[] = []
    for (let index = 0; index < 24; index += 1) statuses.push((await ground.east('GET', 'assets')).status)
    return statuses
  }

  it('a run can be repeated by its seed', async () => {
    const runs: number[][] = []
    for (const seed of [7, 7, 8]) {
      await inject({ kind: '500', operation: 'Assets_', probability: 0.5, seed })
      runs.push(await series())
      await ground.east('DELETE', '/_sim/faults')
    }
    expect(new Set(runs[0])).toEqual(new Set([200, 500]))
    expect(runs[1]).toEqual(runs[0])
    expect(runs[2]).not.toEqual(runs[0])
  })

  it('count, account and operation bound it, and only requests of its kind use up the count', async () => {
    await inject({ kind: 'truncatedList', operation: 'Assets_', count: 1 })
    expect((await asset('PUT')).status).toBe(201)
    expect((await asset('GET')).status).toBe(200)
    expect((await ground.west('GET', 'assets')).status).toBe(200)
    expect((await ground.east('GET', 'transforms')).status).toBe(200)
    expect((await ground.east('GET', '/_sim/faults')).body).toHaveLength(1)
    await expect(ground.east('GET', 'assets')).rejects.toThrow(SyntaxError)
    expect((await ground.east('GET', '/_sim/faults')).body).toEqual([])
  })

  it('a region is all of its accounts, on every plane', async () => {
    await ground.east('POST', '/_sim/outage?region=East%20US%202')
    await expect(ground.east('GET', 'assets')).rejects.toThrow(closed)
    await expect(listBlobs()).rejects.toThrow(closed)
    await expect(ground.publish(name)).rejects.toThrow(closed)
    expect((await ground.west('GET', 'assets')).status).toBe(200)
    await ground.east('DELETE', '/_sim/outage?region=eastus2')
    expect((await ground.east('GET', 'assets')).status).toBe(200)
  })
})
