import { beforeEach, expect, it } from 'vitest'
import { lookAtOpen } from '../../../src/lib/sweep/named-request.ts'
import {
  endOperation,
  loadOperation,
  newOperation,
  openPrefix,
  saveNamedUnits,
  saveOpenMark,
} from '../../../src/lib/sweep/operation.ts'
import { MemoryLedger } from './support/memory-ledger.ts'
import { route } from './support/source.ts'

const now = 10_000_000
const film = { route: route.key, kind: 'asset', name: 'film' } as const
let ledger: MemoryLedger

const operation = (id: string, of: string) =>
  newOperation({ id, route: of, scope: 'named', dryRun: false, permissions: {}, total: 1 }, now)

const ask = async (id: string, of: string = route.key): Promise<void> => {
  await saveNamedUnits(ledger.port(), id, [{ kind: 'asset', name: 'film', generation: 3 }])
  await ledger.saveOperation(id, operation(id, of))
  await saveOpenMark(ledger.port(), { id, route: of })
}
const look = (at: number) => lookAtOpen(ledger.port(), route.key, at)
const kept = (id: string) => loadOperation(ledger.port(), id)
const marks = async () => (await Array.fromAsync(ledger.operations('open-'))).map(({ id }) => id)

beforeEach(() => {
  ledger = new MemoryLedger()
})

it('P8: what a request by name has come to is kept though nobody asks for it, and looked for no longer', async () => {
  await ask('request-1')
  ledger.put(film, { observed: 2, outcome: 'inSync', inSyncAt: now - 1 })
  await look(now + 1)
  expect([(await kept('request-1'))?.status, await marks()]).toEqual(['running', [`${openPrefix(route.key)}request-1`]])
  ledger.put(film, { observed: 3, outcome: 'inSync', inSyncAt: now + 2 })
  await look(now + 3)
  const over = await kept('request-1')
  expect(over).toMatchObject({ status: 'succeeded', finishedAt: now + 2, counts: { equal: 1, failed: 0 } })
  expect(await marks()).toEqual([])
  ledger.put(film, { observed: 4, outcome: 'blocked' })
  await look(now + 4)
  expect(await kept('request-1')).toEqual(over)
})

it('P4: each route looks at its own, and marks that a crash has left behind go', async () => {
  await ask('request-2', 'west>east')
  await saveOpenMark(ledger.port(), { id: 'forgotten', route: route.key })
  await ask('request-3')
  await ledger.saveOperation('request-3', endOperation(operation('request-3', route.key), 'failed', now))
  await look(now)
  expect(await marks()).toEqual([`${openPrefix('west>east')}request-2`])
  expect((await kept('request-3'))?.status).toBe('failed')
})
