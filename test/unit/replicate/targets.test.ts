/** One source and three targets, one of them down, one throttled: the third is not slower for it. */
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readSettings } from '../../../src/lib/config/settings.ts'
import { createPairs, type Pairs } from '../../../src/lib/pairs.ts'
import { copyFiles } from '../../../src/lib/replicate/copy.ts'
import { timing } from '../../../src/lib/timing.ts'
import { unlimited } from '../../support/unlimited.ts'
import { type CopyServer, startCopyServer, type Verdict } from '../storage/support/copy-server.ts'
import { blobItem } from '../storage/support/listing-server.ts'

const rows = Array.from({ length: 400 }, (_, index) => blobItem(`segment-${String(index).padStart(4, '0')}.mp4`))
const targets = ['down', 'throttled', 'third'] as const
const locations: Readonly<Record<string, string>> = {
  source: 'eastus2',
  down: 'westus2',
  throttled: 'northeurope',
  third: 'centralus',
  other: 'westeurope',
}
const concurrency = 16
/** As long as a copy takes, so that places are worth something. */
const copyMilliseconds = 5

/** Copies of the third target that were under way at once, by container. */
const mostInFlight = new Map<string, number>()

let source: CopyServer
const servers: Partial<Record<(typeof targets)[number], CopyServer>> = {}
let pairs: Pairs
beforeAll(async () => {
  source = await startCopyServer(rows, () => 'done')
  servers.down = await startCopyServer(rows, () => 'silence')
  servers.throttled = await startCopyServer(rows, () => 'busy')
  servers.third = await startCopyServer(rows, async (container, inFlight): Promise<Verdict> => {
    mostInFlight.set(container, Math.max(mostInFlight.get(container) ?? 0, inFlight))
    await pause(copyMilliseconds)
    return 'done'
  })
  const account = (key: string, url: string) => ({
    provider: 'arm',
    subscriptionId: '10000000-0000-0000-0000-000000000000',
    resourceGroup: `media-${key}`,
    accountName: `contoso${key}`,
    location: locations[key] ?? '',
    endpoint: 'http://127.0.0.1:1',
    storageEndpoints: { store: url },
    credential: 'TOKEN',
  })
  const settings = readSettings({
    AzureWebJobsStorage: 'UseDevelopmentStorage=true',
    TWINSTREAM_COPY_CONCURRENCY: String(concurrency),
    TOKEN: 'token',
    TWINSTREAM_TOPOLOGY: JSON.stringify({
      accounts: {
        source: account('source', source.url),
        other: account('other', source.url),
        ...Object.fromEntries(targets.map(key => [key, account(key, servers[key]?.url ?? '')])),
      },
      routes: [...targets.map(to => ['source', to]), ['other', 'third']].map(([from, to]) => ({
        from,
        to,
        mode: 'replicate',
        storage: { store: 'store' },
      })),
    }),
  })
  if (!settings.ok) throw new Error(JSON.stringify(settings.issues))
  pairs = createPairs(settings.settings, timing(1), Date.now, unlimited)
})
afterAll(async () => {
  for (const server of [source, ...Object.values(servers)]) await server.close()
})

let assets = 0
const copyTo = async (target: (typeof targets)[number], until = async () => false, from = 'source') => {
  const pair = pairs.pair(`${from}>${target}`, 'event')
  if (pair === undefined) throw new Error(target)
  const places = {
    source: { storageAccount: 'store', container: 'source' },
    target: { storageAccount: 'store', container: `asset-${++assets}` },
  }
  const began = performance.now()
  const { copied } = await copyFiles(pair, 'film', places, false, '', until, async () => {})
  return { copied, milliseconds: performance.now() - began, container: places.target.container }
}

test('P9: routes into one storage account share its places', async () => {
  const [one, other] = await Promise.all([copyTo('third'), copyTo('third', undefined, 'other')])
  expect([one.copied, other.copied]).toEqual([rows.length, rows.length])
  expect(servers.third?.mostInFlight).toBe(concurrency)
})

test('P4: a target that is down and one that is throttled take no place of the third', async ({ annotate }) => {
  await copyTo('third')
  const alone = await copyTo('third')
  let over = false
  const others = (['down', 'down', 'throttled', 'throttled'] as const).map(target =>
    copyTo(target, async () => over).catch((error: unknown) => error),
  )
  while ((servers.down?.asked ?? 0) < concurrency || (servers.throttled?.busy ?? 0) < 1) await pause(1)

  const beside = await copyTo('third')

  over = true
  expect(beside.copied).toBe(rows.length)
  // All of its places, and not those that the others leave.
  expect(mostInFlight.get(beside.container)).toBe(concurrency)
  // Two assets to one target share its places.
  expect(servers.down?.asked).toBe(concurrency)
  expect(servers.down?.done('asset-5')).toBe(0)
  const ratio = beside.milliseconds / alone.milliseconds
  await annotate(`beside them ${ratio.toFixed(2)} × the time alone`)
  for (const server of Object.values(servers)) if (server !== servers.third) await server.close()
  await Promise.all(others)
})
