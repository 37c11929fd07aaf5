import { expect, it } from 'vitest'
import { type ActivityDeps, guarded, type Tools } from '../../../src/lib/durable/guard.ts'
import { policyActivities } from '../../../src/lib/durable/policy-activities.ts'
import type { Ledger } from '../../../src/lib/ledger/ledger.ts'
import type { Unit } from '../../../src/lib/model.ts'
import type { Pair } from '../../../src/lib/replicate/pair.ts'
import { timing } from '../../../src/lib/timing.ts'

const tools = { starter: {}, log: () => {} } as unknown as Tools
const unit: Unit = { route: 'east>west', kind: 'contentKeyPolicy', name: 'p' }
const claim = { unit, run: 1, pass: 'k.0' }
const pair = { route: { key: 'east>west', mode: 'replicate' }, timing: timing(1) } as Pair

/** A ledger whose row goes to another pass after so many checks, and what was asked of it. */
const losing = (after: number, begin: Awaited<ReturnType<Ledger['begin']>> = { answer: 'refused' }) => {
  const asked: string[] = []
  const ledger: Partial<Ledger> = {
    begin: async () => begin,
    read: async () => undefined,
    check: async () => {
      asked.push('check')
      return asked.length > after ? 'lost' : 'mine'
    },
    close: async () => {
      asked.push('close')
      return { closed: 'ignored' }
    },
  }
  return { asked, deps: { ledger, pair: () => pair } as unknown as ActivityDeps }
}

it('P3: a step that fails after it may have written asks whose the row is, so that its successor looks again', async () => {
  const { asked, deps } = losing(1)
  const step = await guarded(deps, tools, { ...claim, generation: 1 }, () => Promise.reject(new Error('reset by peer')))
  expect(step).toEqual({ to: 'end', closed: 'ignored' })
  expect(asked).toEqual(['check', 'check'])
})

it('P3: an execution that is refused leaves a request behind, since an earlier one may have written', async () => {
  const { asked, deps } = losing(0)
  const end = await policyActivities(deps).syncPolicy({ ...claim, previous: '' }, tools)
  expect(end).toEqual({ to: 'end', closed: 'ignored' })
  expect(asked).toEqual(['check'])
})

it('P3: a policy whose pass fails after it may have written asks whose the row is before it closes', async () => {
  const begun = {
    answer: 'begun',
    generation: 1,
    priority: 'event',
    facts: {},
    permissions: {},
    finishedAt: undefined,
    inSyncAt: undefined,
  } as const
  const { asked, deps } = losing(0, begun)
  const end = await policyActivities(deps).syncPolicy({ ...claim, previous: '' }, tools)
  expect(end).toEqual({ to: 'end', closed: 'ignored' })
  expect(asked).toEqual(['check'])
})
