import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Claim, UnitRow } from '../../../src/lib/ledger/ledger.ts'
import { begin, check, close } from '../../../src/lib/ledger/pass-transitions.ts'
import { admit, type Means, newRow, orphaned, request, suspicious } from '../../../src/lib/ledger/transitions.ts'
import type { Outcome, Unit } from '../../../src/lib/model.ts'
import { timing } from '../../../src/lib/timing.ts'
import { instant, outcomes, rows } from './arbitrary-rows.ts'

const times = timing(1)
const now = Date.parse('2030-01-01T00:00:00Z')
const unit: Unit = { route: 'east>west', kind: 'asset', name: 'Film' }
const event = { reason: 'jobFinished', priority: 'event' } as const
const bulk = { reason: 'resync', priority: 'bulk' } as const
const free: Means = { now, timing: times, key: 'k2', slot: 's.1' }
const { slot: _, ...full } = free

const idle: UnitRow = { ...newRow(unit, event), run: 4, desired: 7, observed: 7, outcome: 'inSync' }
const started: UnitRow = {
  ...idle,
  state: 'running',
  run: 5,
  desired: 8,
  startedAt: now,
  lease: now + 1000,
  slot: 's.0',
}
const begun: UnitRow = { ...started, pass: 'k.0', generation: 8, lease: now + times.passLease }
const claim: Claim = { unit, run: 5, pass: 'k.0' }
const instanceOf = (run: number) => `u-${idle.hash}-${run}`

describe('an immediate request', () => {
  it('starts a new run of an idle unit, known or not', () => {
    const { row, start } = request(idle, unit, event, free)
    expect(row).toMatchObject({
      state: 'running',
      run: 5,
      pass: '',
      desired: 8,
      slot: 's.1',
      lease: now + times.startLease,
    })
    expect(start).toEqual({ instanceId: instanceOf(5), input: { unit, run: 5, key: 'k2', n: 0, previous: '' } })
    expect(request(undefined, unit, event, free).start?.instanceId).toBe(instanceOf(1))
  })

  it('makes a row that nothing is known of yet, and no pass has', () => {
    expect(newRow(unit, event)).toEqual({
      ...unit,
      hash: idle.hash,
      state: 'idle',
      run: 0,
      runKey: '',
      pass: '',
      generation: 0,
      lease: 0,
      startedAt: 0,
      desired: 0,
      pressing: 0,
      observed: 0,
      reason: 'jobFinished',
      attempts: 0,
      priority: 0,
      marker: '',
      slot: '',
      permissions: {},
      facts: {},
    })
  })

  it('is due in a minute where there is no capacity, and no later than it was', () => {
    const { row, start } = request(idle, unit, event, full)
    expect(start).toBeUndefined()
    expect(row).toMatchObject({ state: 'idle', desired: 8, dueAt: now + times.admitDelay, priority: 0 })
    expect(request({ ...idle, dueAt: now + 5 }, unit, event, full).row.dueAt).toBe(now + 5)
  })

  it.each(['failed', 'throttled'] as const)('does not run into a back-off, but shortens it: %s', outcome => {
    const { row, start } = request({ ...idle, outcome, dueAt: now + 3_600_000 }, unit, event, free)
    expect(start).toBeUndefined()
    expect(row).toMatchObject({ state: 'idle', desired: 8, dueAt: now + times.admitDelay })
    expect(request({ ...idle, outcome, dueAt: now }, unit, event, free).start).toBeDefined()
  })

  it.each(['waiting', 'blocked', 'inSync'] as const)('looks at once at a unit that is %s', outcome => {
    expect(request({ ...idle, outcome, dueAt: now + 3_600_000 }, unit, event, free).row).toMatchObject({
      state: 'running',
    })
  })

  it('P3: repeats a start that has not begun, as the same run with a fresh key', () => {
    const { row, start } = request(started, unit, event, full)
    expect(row).toMatchObject({ run: 5, desired: 9, pass: '', slot: 's.0', lease: now + times.startLease })
    expect(start).toMatchObject({ instanceId: instanceOf(5), input: { run: 5, key: 'k2' } })
  })

  it('is only counted where a pass has begun: a run that has begun is never started again', () => {
    const { row, start } = request(begun, unit, event, free)
    expect(start).toBeUndefined()
    expect(row).toMatchObject({ run: 5, pass: 'k.0', desired: 9 })
  })

  it('makes what runs more urgent, and never less', () => {
    expect(request({ ...begun, priority: 1 }, unit, event, free).row.priority).toBe(0)
    expect(request(begun, unit, bulk, free).row.priority).toBe(0)
    expect(request({ ...begun, priority: 2 }, unit, bulk, free).row.priority).toBe(1)
  })

  it('keeps who asked first with the oldest open request', () => {
    const first = request(idle, unit, { ...event, by: 'ops' }, full).row
    expect(first.requestedBy).toBe('ops')
    expect(request(first, unit, { ...event, by: 'other' }, full).row.requestedBy).toBe('ops')
    expect(request({ ...idle, requestedAt: 5 }, unit, { ...event, by: 'late' }, full).row).not.toHaveProperty(
      'requestedBy',
    )
  })

  it('takes back neither what an earlier one allowed nor what is known', () => {
    const before: UnitRow = { ...idle, permissions: { adopt: true }, facts: { owner: 'made', blobs: 1 } }
    const refused = request(before, unit, { ...event, permissions: { adopt: false, restore: true } }, full).row
    expect(refused.permissions).toEqual({ adopt: true, restore: true })
    expect(refused.facts).toEqual({ owner: 'made', blobs: 1 })
    expect(request(before, unit, { ...event, facts: { blobs: 2 } }, full).row.facts).toEqual({
      owner: 'made',
      blobs: 2,
    })
  })

  it('keeps the oldest open request, and gathers what it allows until it is settled', () => {
    const first = request(idle, unit, { ...event, permissions: { adopt: true } }, full).row
    const later = { ...full, now: now + 5 }
    const second = request(first, unit, { ...bulk, permissions: { adopt: true }, reason: 'resync' }, later).row
    expect(second).toMatchObject({
      requestedAt: now,
      reason: 'resync',
      permissions: { adopt: true },
    })
    expect(request(second, unit, { ...event, finishedAt: now + 3 }, later).row.finishedAt).toBe(now + 3)
  })
})

describe('a bulk request', () => {
  it('is due at once at low priority, whatever the capacity', () => {
    const { row, start } = request(idle, unit, bulk, free)
    expect(start).toBeUndefined()
    expect(row).toMatchObject({ state: 'idle', desired: 8, dueAt: now, priority: 1 })
  })

  it('does not lower the priority of an event that waits', () => {
    const waiting = request(idle, unit, event, full).row
    expect(request(waiting, unit, bulk, full).row).toMatchObject({ dueAt: now, priority: 0 })
  })
})

describe('admission', () => {
  it('starts what is due where there is a slot, without counting a request', () => {
    const due = { ...idle, dueAt: now }
    expect(admit(due, free)?.row).toMatchObject({ state: 'running', run: 5, desired: 7, slot: 's.1' })
    expect(admit(due, free)?.row).not.toHaveProperty('dueAt')
    expect(admit(due, full)).toBeUndefined()
    expect(admit({ ...idle, dueAt: now + 1 }, free)).toBeUndefined()
    expect(admit(idle, free)).toBeUndefined()
  })

  it('P3: repeats a start whose lease is over, and only that', () => {
    expect(admit(started, full)).toBeUndefined()
    const late = { ...full, now: started.lease }
    expect(admit(started, late)?.start?.instanceId).toBe(instanceOf(5))
    expect(admit({ ...begun, lease: 0 }, late)).toBeUndefined()
  })
})

describe('begin', () => {
  const answerOf = (row: UnitRow | undefined, of: Claim, previous: string) =>
    begin(row, of, previous, now, times).answer

  it('takes the row for its pass and tells the generation it covers', () => {
    const { answer, row } = begin(started, claim, '', now, times)
    expect(answer).toEqual({ answer: 'begun', generation: 8 })
    expect(row).toMatchObject({ pass: 'k.0', lease: now + times.passLease })
  })

  it('may be repeated, and is followed by the next pass that names it', () => {
    expect(answerOf(begun, claim, '')).toEqual({ answer: 'begun', generation: 8 })
    expect(answerOf(begun, { ...claim, pass: 'k.1' }, 'k.0')).toMatchObject({ answer: 'begun' })
  })

  it('P3: covers no more when it is repeated than the first time, since the first execution may write over the second', () => {
    const asked = request(begun, unit, event, { now, timing: times, key: 'x' }).row
    const again = begin(asked, claim, '', now, times)
    expect(again.answer).toEqual({ answer: 'begun', generation: 8 })
    expect(close(again.row, claim, 8, { outcome: 'inSync' }, undefined, now, times).answer).toBe('again')
    expect(answerOf(asked, { ...claim, pass: 'k.1' }, 'k.0')).toEqual({ answer: 'begun', generation: 9 })
  })

  it.each<[string, UnitRow | undefined, Claim, string]>([
    ['a unit that is unknown', undefined, claim, ''],
    ['a unit that is idle', { ...idle, run: 5 }, claim, ''],
    ['another run', begun, { ...claim, run: 4 }, ''],
    ['a first pass where one has begun', begun, { ...claim, pass: 'other.0' }, ''],
    ['a pass that does not follow the owner', begun, { ...claim, pass: 'k.2' }, 'k.1'],
  ])('refuses %s', (_name, row, of, previous) => {
    expect(answerOf(row, of, previous)).toEqual({ answer: 'refused' })
  })
})

describe('check', () => {
  it('renews the lease and records facts for the owner', () => {
    const at = now + 5000
    const { answer, row } = check({ ...begun, facts: { owner: 'made' } }, claim, 8, { blobs: 2 }, at, times)
    expect(answer).toBe('mine')
    expect(row).toMatchObject({ lease: at + times.passLease, facts: { owner: 'made', blobs: 2 }, desired: 8 })
  })

  it('says when more was asked for that presses, and close goes on for either', () => {
    const asked = (pressing: boolean) =>
      request(begun, unit, { ...event, pressing }, { now, timing: times, key: 'q' }).row
    expect(check(asked(true), claim, 8, undefined, now, times).answer).toBe('moved')
    expect(check(asked(false), claim, 8, undefined, now, times).answer).toBe('mine')
    for (const pressing of [true, false])
      expect(close(asked(pressing), claim, 8, { outcome: 'inSync' }, undefined, now, times).answer).toBe('again')
  })

  it('P3: what pressed goes on pressing when something follows that does not', () => {
    const means = { now, timing: times, key: 'q' }
    const first = request(begun, unit, event, means).row
    const then = request(first, unit, { ...event, pressing: false }, means).row
    expect(check(then, claim, 8, undefined, now, times).answer).toBe('moved')
  })

  it('hurries nobody for what its generation covers', () => {
    expect(check({ ...begun, pressing: 8 }, claim, 8, undefined, now, times).answer).toBe('mine')
    expect(check({ ...begun, pressing: 9 }, claim, 8, undefined, now, times).answer).toBe('moved')
  })

  it('P3: a request that is left behind is waited for since the oldest, and a row that runs is due only once it rests', () => {
    const lose = (row: UnitRow) => check(row, claim, 8, undefined, now, times).row
    expect(lose({ ...idle, requestedAt: 5 })).toMatchObject({ requestedAt: 5, reason: 'overtaken' })
    expect(lose(idle)).toMatchObject({ requestedAt: now })
    const running = lose({ ...begun, pass: 'other.0' })
    expect(running).toMatchObject({ state: 'running', reason: begun.reason, slot: 's.0' })
    expect(running).not.toHaveProperty('dueAt')
  })

  it("P3: leaves a new request behind when the row is another pass's, without the facts of the loser", () => {
    const lost = check({ ...begun, pass: 'other.0' }, claim, 8, { blobs: 2 }, now, times)
    expect(lost).toMatchObject({ answer: 'lost', row: { desired: 9, pass: 'other.0', facts: {} } })
    expect(check(idle, claim, 8, undefined, now, times)).toMatchObject({
      answer: 'lost',
      row: { desired: 8, dueAt: now },
    })
    const unknown = check(undefined, claim, 8, undefined, now, times)
    expect(unknown).toMatchObject({ answer: 'lost', row: { desired: 1, dueAt: now, reason: 'overtaken' } })
  })
})

describe('close', () => {
  const closed = (row: UnitRow | undefined, outcome: Outcome, generation = 8, of = claim) =>
    close(row, of, generation, outcome, undefined, now, times)

  it('rests in sync, with every request answered', () => {
    const asked = {
      ...begun,
      requestedAt: now - 5,
      permissions: { adopt: true },
      attempts: 3,
      code: 'CopyMismatch',
      detail: 'x',
    } as const
    const { answer, row } = closed(asked, { outcome: 'inSync' })
    expect(answer).toBe('idle')
    expect(row).toMatchObject({
      state: 'idle',
      observed: 8,
      outcome: 'inSync',
      inSyncAt: now,
      attempts: 0,
      pass: '',
      slot: '',
      marker: '',
    })
    expect(row?.permissions).toEqual({})
    for (const column of ['requestedAt', 'dueAt', 'code', 'detail']) expect(row).not.toHaveProperty(column)
  })

  it('P3: goes on in the same run when more was asked for, whatever the outcome', () => {
    for (const outcome of [{ outcome: 'inSync' }, { outcome: 'failed', code: 'CopyMismatch' }] as const) {
      const { answer, row } = closed({ ...begun, desired: 9 }, outcome)
      expect(answer).toBe('again')
      expect(row).toMatchObject({
        state: 'running',
        run: 5,
        pass: 'k.0',
        slot: 's.0',
        observed: 8,
        outcome: outcome.outcome,
        lease: now + times.passLease,
      })
      expect(row?.requestedAt).toBe(now)
    }
  })

  it('is due again after a failure, with what was allowed; rests among what needs a human when blocked', () => {
    const asked = { ...begun, requestedAt: now - 5, requestedBy: 'ops', permissions: { adopt: true } }
    const failed = closed(asked, { outcome: 'failed', code: 'CopyMismatch', detail: 'a.ts' }).row
    expect(failed).toMatchObject({
      attempts: 1,
      code: 'CopyMismatch',
      detail: 'a.ts',
      requestedAt: now - 5,
      requestedBy: 'ops',
      permissions: { adopt: true },
      reason: 'retry',
    })
    expect(failed?.dueAt).toBeGreaterThanOrEqual(now + times.failMin)
    expect(failed?.marker).toMatch(/^o\.due\./)
    const blocked = closed(asked, { outcome: 'blocked', code: 'TargetNotOurs' }).row
    expect(blocked).toMatchObject({ slot: '', requestedBy: 'ops' })
    expect(blocked?.permissions).toEqual({})
    for (const column of ['dueAt', 'detail']) expect(blocked).not.toHaveProperty(column)
    const nobody = closed(begun, { outcome: 'blocked', code: 'TargetNotOurs' }).row
    expect(nobody).toMatchObject({ requestedAt: now })
    expect(nobody).not.toHaveProperty('requestedBy')
    expect(blocked?.marker).toMatch(/^o\.stop\./)
  })

  it('P8: a grace period answers the request; what the removal meets after it is late from then on, not from the request', () => {
    const asked = { ...begun, requestedAt: now - 5, requestedBy: 'ops' }
    const kept = closed(asked, { outcome: 'waiting', code: 'DeletePending', until: now + 1000 }).row
    for (const column of ['requestedAt', 'requestedBy']) expect(kept).not.toHaveProperty(column)
    const late = closed({ ...begun, ...kept, ...begun }, { outcome: 'waiting', code: 'TargetUnavailable' }).row
    expect(late).toMatchObject({ code: 'TargetUnavailable', requestedAt: now })
    expect(late).not.toHaveProperty('requestedBy')
  })

  it('is ignored from anybody but the owner, and when repeated after it has rested', () => {
    expect(closed(undefined, { outcome: 'inSync' })).toEqual({ answer: 'ignored' })
    expect(closed(begun, { outcome: 'inSync' }, 8, { ...claim, pass: 'other.0' })).toEqual({ answer: 'ignored' })
    expect(closed(closed(begun, { outcome: 'inSync' }).row, { outcome: 'inSync' })).toEqual({ answer: 'ignored' })
  })
})

describe('orphans', () => {
  const at = (time: number): Means => ({ ...full, now: time })

  it.each(['finished', 'missing'] as const)(
    'P3: a begun run whose instance is %s is followed by another run',
    instance => {
      const change = orphaned(begun, instance, full)
      expect(change?.row).toMatchObject({ run: 6, pass: '', slot: 's.0', desired: 8 })
      expect(change?.start?.instanceId).toBe(instanceOf(6))
    },
  )

  it('P3: a run that says it is alive is followed an hour after its lease', () => {
    const patience = begun.lease + times.lostLease
    expect(orphaned(begun, 'running', at(patience - 1))).toBeUndefined()
    expect(orphaned(begun, 'running', at(patience))?.row.run).toBe(6)
  })

  it('P3: a run that never begins is followed an hour after its first start, however often it was started again', () => {
    const patience = started.startedAt + times.startLease + times.lostLease
    const again = { ...started, lease: patience + 1000 }
    expect(orphaned(again, 'missing', at(patience - 1))).toBeUndefined()
    expect(orphaned(again, 'running', at(patience))?.row.run).toBe(6)
  })

  it('leaves idle units, and suspects only runs that are old or overdue', () => {
    expect(orphaned(idle, 'missing', full)).toBeUndefined()
    expect(suspicious(begun, now, times)).toBe(false)
    expect(suspicious(begun, now + times.orphanAge, times)).toBe(true)
    expect(suspicious({ ...started, lease: now }, now, times)).toBe(true)
    expect(suspicious(idle, now + times.orphanAge, times)).toBe(false)
  })
})

/** Any input a row can meet, from owners, strangers and dispatchers. */
const inputs = fc.record({
  kind: fc.constantFrom('event', 'bulk', 'admit', 'begin', 'check', 'close', 'orphaned'),
  now: instant,
  slot: fc.boolean(),
  stranger: fc.boolean(),
  generation: fc.nat(25),
  outcome: outcomes,
  instance: fc.constantFrom('running', 'finished', 'missing'),
})

const apply = (row: UnitRow, input: typeof inputs extends fc.Arbitrary<infer T> ? T : never): UnitRow => {
  const means: Means = { now: input.now, timing: times, key: 'fresh', ...(input.slot ? { slot: 's.9' } : {}) }
  const of = { unit: row, run: row.run, pass: input.stranger ? 'stranger.0' : row.pass || 'k.0' }
  switch (input.kind) {
    case 'event':
      return request(row, row, event, means).row
    case 'bulk':
      return request(row, row, bulk, means).row
    case 'admit':
      return admit(row, means)?.row ?? row
    case 'begin':
      return begin(row, of, '', input.now, times).row ?? row
    case 'check':
      return check(row, of, input.generation, undefined, input.now, times).row ?? row
    case 'close':
      return (
        close(row, of, Math.min(input.generation, row.desired), input.outcome, undefined, input.now, times).row ?? row
      )
    case 'orphaned':
      return orphaned(row, input.instance, means)?.row ?? row
  }
}

const groupOf = (row: UnitRow) =>
  row.state === 'running'
    ? 'run'
    : row.dueAt !== undefined
      ? `${row.kind === 'asset' ? 'due' : 'due-policy'}${row.priority === 0 ? '' : '-bulk'}`
      : row.outcome === 'blocked'
        ? 'stop'
        : ''

describe('any sequence of inputs', () => {
  it('P3: keeps counters in order, never takes a run back, and gives each state its one marker and slot', () => {
    fc.assert(
      fc.property(rows, fc.array(inputs, { maxLength: 30 }), (first, sequence) => {
        let row = first
        for (const input of sequence) {
          const next = apply(row, input)
          expect(next.observed).toBeLessThanOrEqual(next.desired)
          expect(next.observed).toBeGreaterThanOrEqual(row.observed)
          expect(next.desired).toBeGreaterThanOrEqual(row.desired)
          expect(next.run - row.run === 0 || next.run - row.run === 1).toBe(true)
          expect(next.slot !== '').toBe(next.state === 'running')
          if (next !== row) expect(next.marker.split('.')[1] ?? '').toBe(groupOf(next))
          if (next.run > row.run) expect(next.pass).toBe('')
          row = next
        }
      }),
      { numRuns: 500 },
    )
  })

  it('P3: leaves nobody waiting: an idle unit with something open is due or blocked', () => {
    fc.assert(
      fc.property(fc.array(inputs, { minLength: 1, maxLength: 40 }), sequence => {
        let row = request(undefined, unit, event, free).row
        for (const input of sequence) row = apply(row, input)
        const open = row.state === 'idle' && row.desired > row.observed
        expect(open && row.dueAt === undefined).toBe(false)
      }),
      { numRuns: 500 },
    )
  })

  it('never lets two passes own a row: what one may do, a stranger may not', () => {
    fc.assert(
      fc.property(rows, instant, (row, at) => {
        const owners = ['k.0', 'k.1', 'other.0'].filter(
          pass => check(row, { unit: row, run: row.run, pass }, row.desired, undefined, at, times).answer !== 'lost',
        )
        expect(owners.length).toBeLessThanOrEqual(1)
      }),
    )
  })

  it("P3: no other run than the row's own begins, checks or closes", () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 60 }), outcomes, (row, run, outcome) => {
        fc.pre(run !== row.run)
        const of = { unit: row, run, pass: row.pass || 'k.0' }
        expect(begin(row, of, row.pass, now, times).answer).toEqual({ answer: 'refused' })
        expect(check(row, of, row.desired, undefined, now, times).answer).toBe('lost')
        expect(close(row, of, row.desired, outcome, undefined, now, times).answer).toBe('ignored')
      }),
    )
  })

  it('P3: a repeated begin, check or close of the owner changes nothing more', () => {
    fc.assert(
      fc.property(rows, outcomes, instant, (row, outcome, at) => {
        fc.pre(row.state === 'running')
        const of = { unit: row, run: row.run, pass: row.pass || 'k.0' }
        const once = begin(row, of, row.pass, at, times)
        expect(begin(once.row, of, row.pass, at, times)).toEqual(once)
        const owned = once.row ?? row
        const checked = check(owned, of, owned.desired, { blobs: 1 }, at, times)
        expect(check(checked.row, of, owned.desired, { blobs: 1 }, at, times)).toEqual(checked)
        const ended = close(owned, of, owned.desired, outcome, undefined, at, times)
        expect(ended.answer).toBe('idle')
        expect(close(ended.row, of, owned.desired, outcome, undefined, at, times)).toEqual({ answer: 'ignored' })
      }),
    )
  })
})
