import * as df from 'durable-functions'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { HistoryEvent } from '../../../../../local/host/durable/history.ts'
import { begin, started, World } from '../../../../support/sdk-world.ts'

/** A small language of orchestrators; names are unique, and every activity returns its own name. */
type Step =
  | { kind: 'activity' }
  | { kind: 'retry'; failures: number }
  | { kind: 'timer'; ms: number }
  | { kind: 'event' }
  | { kind: 'all' | 'any'; children: Step[] }

const leaf: fc.Arbitrary<Step> = fc.oneof(
  fc.constant<Step>({ kind: 'activity' }),
  fc.record({ kind: fc.constant('retry' as const), failures: fc.integer({ min: 0, max: 2 }) }),
  fc.record({ kind: fc.constant('timer' as const), ms: fc.integer({ min: 0, max: 5000 }) }),
  fc.constant<Step>({ kind: 'event' }),
)
const step: fc.Arbitrary<Step> = fc.oneof(
  leaf,
  fc.record({ kind: fc.constant('all' as const), children: fc.array(leaf, { minLength: 1, maxLength: 3 }) }),
  fc.record({ kind: fc.constant('any' as const), children: fc.array(leaf, { minLength: 1, maxLength: 3 }) }),
)
const attempts = 3

const orchestrator = (steps: readonly Step[]): df.OrchestrationHandler =>
  function* (context) {
    let count = 0
    const make = (one: Step): df.Task => {
      count += 1
      const name = `n${count}`
      if (one.kind === 'activity') return context.df.callActivity(name, 0)
      if (one.kind === 'retry') {
        return context.df.callActivityWithRetry(`${name}!${one.failures}`, new df.RetryOptions(100, attempts), 0)
      }
      if (one.kind === 'timer')
        return context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + one.ms))
      if (one.kind === 'event') return context.df.waitForExternalEvent(name)
      const children = one.children.map(make)
      return one.kind === 'all' ? context.df.Task.all(children) : context.df.Task.any(children)
    }
    const results: unknown[] = []
    for (const one of steps) {
      const result: unknown = yield make(one)
      if (one.kind !== 'any') results.push(result ?? null)
    }
    return results
  }

/** What the orchestrator must return, whatever the order. */
const expected = (steps: readonly Step[]): unknown[] => {
  let count = 0
  const value = (one: Step): unknown => {
    count += 1
    const name = `n${count}`
    if (one.kind === 'activity') return name
    if (one.kind === 'retry') return `${name}!${one.failures}`
    if (one.kind === 'event') return name
    if (one.kind === 'timer') return null
    return one.children.map(value)
  }
  return steps.flatMap(one => {
    const result = value(one)
    return one.kind === 'any' ? [] : [result]
  })
}

type Pending = { taskId: number } & ({ kind: 'activity'; name: string } | { kind: 'timer'; fireAt: number })

const countNames = (steps: readonly Step[]): number =>
  steps.reduce((sum, one) => sum + 1 + ('children' in one ? countNames(one.children) : 0), 0)

/** Runs to the end; `pick` says what happens next, `kill` whether an episode is lost before its commit and run again. */
const runAll = async (steps: readonly Step[], pick: (count: number) => number, kill: () => boolean) => {
  const world = new World(orchestrator(steps))
  const failures = new Map<string, number>()
  let pending: Pending[] = []
  let events = Array.from({ length: countNames(steps) }, (_, i) => `n${i + 1}`)
  const next = (): HistoryEvent => {
    const index = pick(pending.length + events.length)
    const task = pending[index]
    if (!task) {
      const name = events[index - pending.length] ?? ''
      events = events.filter(one => one !== name)
      return world.raised(name, name)
    }
    pending = pending.filter(one => one !== task)
    if (task.kind === 'timer') return world.fired(task.taskId, task.fireAt)
    const before = failures.get(task.name) ?? 0
    if (before < Number(task.name.split('!')[1] ?? 0)) {
      failures.set(task.name, before + 1)
      return world.failed(task.taskId)
    }
    return world.completed(task.taskId, task.name)
  }
  let incoming: HistoryEvent[] = [started()]
  for (;;) {
    if (kill())
      expect((await world.tryEpisode(...incoming)).decision).toEqual((await world.tryEpisode(...incoming)).decision)
    const decision = await world.episode(...incoming)
    if (decision.outcome.kind !== 'waiting') return { world, outcome: decision.outcome }
    pending.push(
      ...decision.activities.map(({ taskId, name }) => ({ kind: 'activity' as const, taskId, name })),
      ...decision.timers.map(({ taskId, fireAt }) => ({ kind: 'timer' as const, taskId, fireAt })),
    )
    if (pending.length + events.length === 0) return { world, outcome: { kind: 'stuck' as const } }
    incoming = [next()]
    if (pending.length > 0 && pick(3) === 0) incoming.push(next())
  }
}

test('whatever the order of completions and wherever it is killed, an orchestration ends with the same result', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 4 }),
      fc.infiniteStream(fc.nat()),
      fc.infiniteStream(fc.boolean()),
      async (steps, numbers, kills) => {
        const { outcome, world } = await runAll(
          steps,
          count => (numbers.next().value ?? 0) % Math.max(count, 1),
          () => kills.next().value ?? false,
        )
        expect(outcome).toEqual({ kind: 'completed', output: JSON.stringify(expected(steps)) })
        const ids = world.history.filter(event => event.EventId >= 0).map(event => event.EventId)
        expect(ids).toEqual([...ids].sort((a, b) => a - b))
        expect(new Set(ids).size).toBe(ids.length)
      },
    ),
    { numRuns: 300 },
  )
})

test('a history cut after any event and gone on from there brings no contradiction', async () => {
  const steps: Step[] = [
    { kind: 'all', children: [{ kind: 'activity' }, { kind: 'retry', failures: 2 }] },
    { kind: 'any', children: [{ kind: 'timer', ms: 10 }, { kind: 'activity' }] },
    { kind: 'activity' },
  ]
  const { world } = await runAll(
    steps,
    count => count - 1,
    () => false,
  )
  const full = world.history
  for (let cut = 2; cut <= full.length; cut += 1) {
    const resumed = new World(orchestrator(steps))
    resumed.history = full.slice(0, cut)
    resumed.now = new Date(begin.getTime() + 60_000)
    const decision = await resumed.episode()
    expect(decision.outcome).not.toMatchObject({ kind: 'failed' })
  }
})
