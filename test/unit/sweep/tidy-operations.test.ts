import { beforeEach, expect, it } from 'vitest'
import {
  endOperation,
  newOperation,
  type Operation,
  parseOperation,
  requestStop,
  saveNamedUnits,
} from '../../../src/lib/sweep/operation.ts'
import { tidyOperations } from '../../../src/lib/sweep/tidy-operations.ts'
import { MemoryLedger } from './support/memory-ledger.ts'
import { route } from './support/source.ts'

const now = 10_000_000
const before = now - 1000
let ledger: MemoryLedger
let walked: readonly string[]

const operation = (id: string, at: number, more: Partial<Parameters<typeof newOperation>[0]> = {}): Operation =>
  newOperation({ id, route: route.key, scope: 'all', dryRun: true, permissions: {}, ...more }, at)
const save = async (kept: Operation) => {
  await ledger.saveOperation(kept.id, kept)
  await ledger.saveReport(kept.id, 0, ['{}'])
}
const tidy = (isOver = () => false) => {
  const deps = {
    ledger: ledger.port(),
    clock: () => now,
    timing: { operationSilence: 100 },
    routes: new Map([[route.key, route]]),
  }
  return tidyOperations(deps, { hasPages: async id => walked.includes(id) }, before, isOver)
}

beforeEach(() => {
  ledger = new MemoryLedger()
  walked = []
})

it('forgets an operation that ended long ago with everything beside it, and keeps a younger one', async () => {
  await save(endOperation(operation('old-one-0', 0, { scope: 'named' }), 'succeeded', before))
  await saveNamedUnits(ledger.port(), 'old-one-0', [{ kind: 'asset', name: 'film' }])
  await requestStop(ledger.port(), 'old-one-0', 1)
  await save(endOperation(operation('new-one-0', 0), 'failed', before + 1))
  expect(await tidy()).toBe(1)
  expect([...ledger.documents.keys(), ...ledger.reports.keys()]).toEqual(['new-one-0', 'new-one-0'])
})

it('P3: keeps what still runs, however old, and forgets one whose orchestration is gone', async () => {
  await save(operation('alive-one', 0))
  await save(operation('dead-one-0', 0))
  walked = ['alive-one']
  await tidy()
  expect([...ledger.documents.keys()]).toEqual(['alive-one'])
})

it('P8: what is silent, and whose orchestration was never started or is gone, does not stay listed as running', async () => {
  await save(operation('silent-one', now - 101))
  await save(operation('walked-one', now - 101))
  await save(operation('young-one-', now - 100))
  walked = ['walked-one']
  expect(await tidy()).toBe(0)
  const states = [...ledger.documents].map(([id, document]) => [id, parseOperation(JSON.parse(document))])
  expect(Object.fromEntries(states)).toMatchObject({
    'silent-one': { status: 'failed', code: 'OperationLost' },
    'walked-one': { status: 'running' },
    'young-one-': { status: 'running' },
  })
})

it('P10: keeps the comparison after an outage until all that it found has been decided', async () => {
  await save(endOperation(operation('returned-0', 0), 'succeeded', 0))
  ledger.routes.set(route.key, { returned: { at: 0, since: 0, operation: 'returned-0' } })
  expect(await tidy()).toBe(0)
  ledger.routes.set(route.key, { returned: { at: 0, since: 0, operation: 'returned-0', settled: true } })
  expect(await tidy()).toBe(1)
})

it('keeps what sweeps go on from: their operations, their last success, and how many units there are', async () => {
  await save(endOperation(operation('sweep-full-east_west', 0, { kind: 'full' }), 'succeeded', 0))
  await ledger.saveOperation('swept-full-east_west', { last: { startedAt: 0, finishedAt: 0, status: 'succeeded' } })
  await ledger.saveOperation('last-east_west', { seen: 3 })
  expect([await tidy(), ledger.documents.size]).toEqual([0, 3])
})

it('P3: ends the comparison after an outage as well, where nobody walks it', async () => {
  await save(operation('returned-0', 0))
  ledger.routes.set(route.key, { returned: { at: 0, since: 0, operation: 'returned-0' } })
  await tidy()
  expect(parseOperation(JSON.parse(String(ledger.documents.get('returned-0'))))).toMatchObject({
    code: 'OperationLost',
  })
})

it('stops when its time is over, and goes on the next time', async () => {
  for (const id of ['first-one', 'second-one', 'third-one']) await save(endOperation(operation(id, 0), 'canceled', 0))
  let looks = 0
  expect(await tidy(() => looks++ === 2)).toBe(2)
  expect(await tidy()).toBe(1)
})
