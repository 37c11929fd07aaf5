import { beforeEach, expect, it } from 'vitest'
import { endOperation, loadOperation, type Operation } from '../../../src/lib/sweep/operation.ts'
import { recordSweep } from '../../../src/lib/sweep/record.ts'
import { isNeverCompared, startSweep } from '../../../src/lib/sweep/start-sweep.ts'
import { MemoryLedger } from './support/memory-ledger.ts'
import { route } from './support/source.ts'

let ledger: MemoryLedger
let now: number
let alive: boolean
let started: (readonly [string, string | undefined])[]

const starter = {
  pages: async (operation: string, cursor?: string) => {
    started.push([operation, cursor])
  },
  hasPages: async () => alive,
}
const start = (kind: 'changes' | 'locators' | 'full', mode: typeof route.mode = 'replicate') =>
  startSweep({ ledger: ledger.port(), clock: () => now, timing: { changesOverlap: 600 } }, starter, kind, {
    ...route,
    mode,
  })
const operation = async (kind: string): Promise<Operation> => {
  const found = await loadOperation(ledger.port(), `sweep-${kind}-east_west`)
  if (found === undefined) throw new Error(`No ${kind} sweep.`)
  return found
}
const end = async (kind: string, status: Operation['status']) => {
  const ended = endOperation(await operation(kind), status, now)
  await recordSweep(ledger.port(), ended)
  await ledger.saveOperation(ended.id, ended)
}

beforeEach(() => {
  ledger = new MemoryLedger()
  now = 1_000_000
  alive = false
  started = []
})

it('P3: looks for changes since the start of the last success, minus an overlap, whatever failed since', async () => {
  await start('changes')
  expect((await operation('changes')).since).toBe(now - 600)
  await end('changes', 'succeeded')
  now += 10_000
  await start('changes')
  await end('changes', 'failed')
  now += 10_000
  await start('changes')
  expect((await operation('changes')).since).toBe(1_000_000 - 600)
})

it('leaves a sweep alone that is under way', async () => {
  await start('full')
  alive = true
  now += 1
  expect(await start('full')).toBe(false)
  expect([started.length, (await operation('full')).startedAt]).toEqual([1, 1_000_000])
})

it('P3: goes on where the last page ended when the orchestration has died', async () => {
  await start('full')
  await ledger.saveOperation('sweep-full-east_west', { ...(await operation('full')), cursor: 'there', pages: 3 })
  now += 1
  expect(await start('full')).toBe(true)
  expect(started.at(-1)).toEqual(['sweep-full-east_west', 'there'])
  expect(await operation('full')).toMatchObject({ startedAt: 1_000_000, pages: 3 })
})

it('compares files of another part of the assets after each success, and only then', async () => {
  const rounds: (number | undefined)[] = []
  for (const status of ['succeeded', 'failed', 'succeeded'] as const) {
    await start('full')
    rounds.push((await operation('full')).round)
    await end('full', status)
  }
  await start('full')
  expect([...rounds, (await operation('full')).round]).toEqual([0, 1, 1, 2])
})

it('a route that observes is only reported on, and compared anew once it replicates', async () => {
  expect(await start('changes', 'observe')).toBe(false)
  await start('full', 'observe')
  expect((await operation('full')).dryRun).toBe(true)
  await end('full', 'succeeded')
  expect(await isNeverCompared(ledger.port(), { ...route, mode: 'observe' })).toBe(false)
  expect(await isNeverCompared(ledger.port(), { ...route, mode: 'replicate' })).toBe(true)
})

it.each(['hold', 'paused'] as const)('a route on %s is not swept', async mode => {
  for (const kind of ['changes', 'locators', 'full'] as const) expect(await start(kind, mode)).toBe(false)
  expect(started).toEqual([])
})
