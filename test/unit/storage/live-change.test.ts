/**
 * What a reader of the twin sees while its files are replaced under a live locator. Storage has no transaction over
 * several blobs, so what is promised is this: outside of the burst a reader finds all old or all new, and one that
 * begins with the manifest, as players do, and gets the new one, gets nothing old after it, not even in the burst.
 */
import type { ContainerClient } from '@azure/storage-blob'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { copyContainer } from '../../../src/lib/storage/copy.ts'
import { Pacer } from '../../../src/lib/storage/pacer.ts'
import { type Accounts, startAccounts } from './support/accounts.ts'
import { type Fault, type FaultProxy, startFaultProxy } from './support/fault-proxy.ts'

let accounts: Accounts
let proxy: FaultProxy
beforeAll(async () => {
  accounts = await startAccounts()
  proxy = await startFaultProxy(accounts.azurite.blobUrl)
})
afterAll(async () => {
  await proxy.close()
  await accounts.azurite.close()
})

/** As a player reads them: manifests first. */
const names = ['film.ism', 'film.ismc', ...Array.from({ length: 10 }, (_, index) => `film_${index}.mp4`)]

const fill = async (container: ContainerClient, age: string) => {
  for (const name of names)
    await container.getBlockBlobClient(name).upload(`${age} ${name}`, age.length + 1 + name.length)
}

const published = async () => {
  proxy.reset(() => 'none')
  const pair = await accounts.pair({ through: proxy.url })
  await fill(pair.east, 'old')
  await copyContainer(pair)
  await fill(pair.east, 'new')
  await pair.east.getBlockBlobClient('film_added.mp4').upload('new', 3)
  return pair
}

interface Look {
  readonly from: number
  readonly to: number
  /** `old` or `new`, in the order of `names`. */
  readonly ages: readonly string[]
}

/** Reads everything again and again; `another` resolves when a look that has begun after the call has ended. */
const startReader = (container: ContainerClient) => {
  const looks: Look[] = []
  let waiting: (() => void)[] = []
  let stopped: boolean = false
  const read = async (): Promise<void> => {
    while (!stopped) {
      const due = waiting
      waiting = []
      const from = performance.now()
      const ages: string[] = []
      for (const name of names)
        ages.push((await container.getBlobClient(name).downloadToBuffer()).toString().slice(0, 3))
      looks.push({ from, to: performance.now(), ages })
      for (const wake of due) wake()
    }
    for (const wake of waiting) wake()
  }
  const reading = read()
  return {
    looks,
    another: () => new Promise<void>(resolve => waiting.push(resolve)),
    stop: () => {
      stopped = true
      return reading
    },
  }
}

const isWrite = (request: string) => request.startsWith('PUT') && !request.includes('comp=block&')
const isReplacement = (request: string) => isWrite(request) && !request.includes('film_added')

test('P2: a reader finds all old or all new outside of the burst, and nothing old after a new manifest', async () => {
  const { west, source, target } = await published()
  const reader = startReader(west)
  let burstFrom = Number.POSITIVE_INFINITY
  // Every write waits until the reader has been round once more, so that it is there in every state there is.
  proxy.reset(async (index): Promise<Fault> => {
    const request = proxy.seen[index] ?? ''
    if (isReplacement(request)) burstFrom = Math.min(burstFrom, performance.now())
    if (request.startsWith('PUT')) await reader.another()
    return 'none'
  })
  const result = await copyContainer({ source, target, live: true, concurrency: 4 })
  const burstTo = performance.now()
  await reader.another()
  await reader.stop()

  expect(result).toMatchObject({ copied: names.length + 1, left: 0 })
  // All of it is counted, from before the first write.
  expect(result.burstMilliseconds).toBeGreaterThan(burstTo - burstFrom - 50)
  const [old, young] = [names.map(() => 'old'), names.map(() => 'new')]
  const before = reader.looks.filter(({ to }) => to < burstFrom)
  const after = reader.looks.filter(({ from }) => from > burstTo)
  expect(before.length).toBeGreaterThan(2)
  for (const { ages } of before) expect(ages).toEqual(old)
  expect(after.length).toBeGreaterThan(0)
  for (const { ages } of after) expect(ages).toEqual(young)
  // The reader was there in the burst, and saw the mix that no order of writes can avoid.
  expect(reader.looks.some(({ ages }) => ages.includes('old') && ages.includes('new'))).toBe(true)
  for (const { ages } of reader.looks) {
    if (ages[0] === 'new') expect(ages).toEqual(young)
    if (ages[1] === 'new') expect(ages.slice(1)).toEqual(young.slice(1))
  }
})

test('P2: replies lost in the burst cost no second look, so that it stays one burst', async () => {
  const { west, source, target } = await published()
  const lost = new Set<string>()
  proxy.reset((index): Fault => {
    const request = proxy.seen[index] ?? ''
    const name = /\/([^/?]*)\?/.exec(request)?.[1] ?? ''
    if (!isReplacement(request) || lost.has(name)) return 'none'
    lost.add(name)
    return 'lostReply'
  })
  const result = await copyContainer({ source, target, live: true })
  expect(result).toMatchObject({ copied: names.length + 1, left: 0, changed: 0 })
  expect(lost.size).toBe(names.length)
  const first = proxy.seen.findIndex(isReplacement)
  expect(proxy.seen.slice(first).filter(request => request.includes('comp=list'))).toEqual([])
  for (const name of names) expect((await west.getBlobClient(name).downloadToBuffer()).toString()).toBe(`new ${name}`)
})

test('P4: a burst does not wait for places that other copies hold', async () => {
  const { source, target } = await published()
  const pacer = new Pacer(1, Date.now)
  // Somebody else takes the only place as soon as everything is staged, and keeps it.
  let others: Promise<void> | undefined
  let listings = 0
  proxy.reset((index): Fault => {
    const request = proxy.seen[index] ?? ''
    if (request.includes('comp=list') && request.includes('/east/') && ++listings === 2) others = pacer.acquire()
    return 'none'
  })
  expect(await copyContainer({ source, target, live: true, pacer })).toMatchObject({ left: 0 })
  expect(others).toBeDefined()
})
