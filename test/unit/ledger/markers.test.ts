import { describe, expect, it } from 'vitest'
import { markerKey } from '../../../src/lib/ledger/keys.ts'
import { lastDueMarker, priorities, priorityOf, withMarker } from '../../../src/lib/ledger/markers.ts'
import { newRow } from '../../../src/lib/ledger/transitions.ts'
import { kinds } from '../../../src/lib/model.ts'
import { timing } from '../../../src/lib/timing.ts'

const times = timing(1)
const now = Date.parse('2030-01-01T00:00:00Z')
const idle = newRow({ route: 'east>west', kind: 'asset', name: 'Film' }, { reason: 'resync' })
const markerOf = (row: Partial<typeof idle>) => withMarker({ ...idle, ...row }, now, times).marker

describe('the one marker of a row', () => {
  it('is among what runs by the time of its start, whatever else it waits for', () => {
    expect(markerOf({ state: 'running', startedAt: 7, dueAt: now, outcome: 'blocked' })).toBe(
      markerKey('run', 7, idle.hash),
    )
  })

  it('is among what is due, apart by pool and by what asked for it', () => {
    const groups = (kind: (typeof kinds)[number]) =>
      Object.values(priorities).map(priority => markerOf({ kind, dueAt: 5, priority }))
    const { priorityStep } = times
    expect(groups('asset')).toEqual([
      markerKey('due', 5, idle.hash),
      markerKey('due-bulk', 5, idle.hash),
      markerKey('due-bulk', 5 + priorityStep, idle.hash),
    ])
    for (const kind of kinds.filter(one => one !== 'asset'))
      expect(groups(kind)).toEqual([
        markerKey('due-policy', 5, idle.hash),
        markerKey('due-policy-bulk', 5, idle.hash),
        markerKey('due-policy-bulk', 5 + priorityStep, idle.hash),
      ])
    expect(lastDueMarker(5, times)).toBe(5 + priorityStep)
  })

  it('is among what needs somebody since now, and is not there for what rests in sync', () => {
    expect(markerOf({ outcome: 'blocked' })).toBe(markerKey('stop', now, idle.hash))
    expect(markerOf({ outcome: 'inSync' })).toBe('')
    expect(markerOf({})).toBe('')
  })
})

it('a row tells who asked for it most urgently', () => {
  for (const name of ['event', 'bulk', 'last'] as const) expect(priorityOf({ priority: priorities[name] })).toBe(name)
})
