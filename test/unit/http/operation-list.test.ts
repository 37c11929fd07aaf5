import { beforeEach, describe, expect, it } from 'vitest'
import { operationListDoor } from '../../../src/lib/http/operation-list.ts'
import { endOperation, newOperation, newOperationId } from '../../../src/lib/sweep/operation.ts'
import { MemoryLedger } from '../sweep/support/memory-ledger.ts'
import { route } from '../sweep/support/source.ts'
import { bodyOf, logging, request } from './support.ts'

const begin = Date.UTC(2026, 2, 1, 10)
let ledger: MemoryLedger

beforeEach(() => {
  ledger = new MemoryLedger()
})

const get = (query: Record<string, string> = {}) =>
  operationListDoor({
    state: 'ready',
    ledger: ledger.port(),
    routes: new Map([[route.key, route]]),
    clock: () => begin,
  })(request({ query }), logging().context)

const of = (name: string, scope: 'all' | 'named') => ({ route: name, scope, dryRun: false, permissions: {} })

const save = async (hour: number, scope: 'all' | 'named' = 'all', name: string = route.key): Promise<string> => {
  const at = begin + hour * 3_600_000
  const id = newOperationId(at, `random-${hour}`)
  await ledger.saveOperation(id, newOperation({ id, ...of(name, scope) }, at))
  await ledger.saveOperation(`${id}-stop`, { at })
  return id
}

describe('GET /api/operations', () => {
  it('lists resyncs page by page, the latest first, and says of named units that only they know how far they are', async () => {
    const ids = [await save(0), await save(1, 'named'), await save(2)].toReversed()
    const first = bodyOf(await get({ top: '2' }))
    expect(first.operations).toMatchObject([{ id: ids[0], status: 'running' }, { id: ids[1] }])
    expect(first.operations[1]).not.toHaveProperty('status')
    const second = bodyOf(await get({ top: '2', cursor: first.next }))
    expect(second.operations).toMatchObject([{ id: ids[2] }])
    expect(second.next).toBeUndefined()
  })

  it('P8: says how units that were asked for by name have ended, once they have', async () => {
    const id = await save(1, 'named')
    const over = endOperation(newOperation({ id, ...of(route.key, 'named') }, begin), 'failed', begin + 1000)
    await ledger.saveOperation(id, { ...over, counts: { seen: 3, equal: 2, requested: 3, failed: 1 } })
    expect(bodyOf(await get()).operations).toMatchObject([{ id, status: 'failed', counts: { settled: 3, failed: 1 } }])
  })

  it('lists those of one route, and starts anew for a cursor that is none', async () => {
    await save(0, 'all', 'west>east')
    const id = await save(1)
    const { operations } = bodyOf(await get({ route: route.key, cursor: 'sweep-full-east_west' }))
    expect(operations).toMatchObject([{ id }])
    expect(bodyOf(await get({ route: 'nowhere>west' })).code).toBe('RouteUnknown')
    expect(bodyOf(await get({ top: '0' })).code).toBe('QueryInvalid')
  })

  it('P9: one request looks at no more than a thousand documents, and goes on behind them', async () => {
    for (let hour = 0; hour < 600; hour += 1) await save(hour, 'all', 'west>east')
    const id = await save(-1)
    const first = bodyOf(await get({ route: route.key }))
    expect(first.operations).toEqual([])
    const second = bodyOf(await get({ route: route.key, cursor: first.next }))
    expect(second.operations).toMatchObject([{ id }])
  })
})
