import * as df from 'durable-functions'
import { describe, expect, test } from 'vitest'
import { type Action, ActionType } from '../../../../../local/host/durable/actions.ts'
import { historyEvent } from '../../../../../local/host/durable/history.ts'
import { replay } from '../../../../../local/host/durable/replay.ts'
import { timerLimits } from '../../../../../local/host/durable/runtime.ts'
import { ask, begin, started, World } from '../../../../support/sdk-world.ts'

const day = 86_400_000

describe('ids agree with the SDK', () => {
  test('every construct takes the ids the contract says', async () => {
    // Arrange: the example of the contract, cut short before the calls the host refuses
    const world = new World(function* (context) {
      const once = yield context.df.callActivity('A', 1)
      const both = yield context.df.Task.all([
        context.df.callActivity('B', 1),
        context.df.callActivityWithRetry('C', new df.RetryOptions(1000, 3), 1),
      ])
      const timer = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 5000))
      yield context.df.Task.any([timer, context.df.waitForExternalEvent('go')])
      timer.cancel()
      const sub = yield context.df.callSubOrchestrator('Child', { n: 1 })
      return [once, both, sub]
    })

    // Act and assert
    expect((await world.episode(started())).activities).toMatchObject([{ taskId: 0, name: 'A' }])
    const fan = await world.episode(world.completed(0, 'a'))
    expect(fan.activities.map(one => [one.taskId, one.name])).toEqual([
      [1, 'B'],
      [2, 'C'],
    ])
    const failed = await world.episode(world.failed(2))
    expect(failed.timers).toEqual([{ taskId: 3, fireAt: begin.getTime() + 1000 }])
    expect((await world.episode(world.fired(3, begin.getTime() + 1000))).activities).toMatchObject([
      { taskId: 4, name: 'C' },
    ])
    await world.episode(world.completed(1, 'b'))
    expect((await world.episode(world.completed(4, 'c'))).timers).toMatchObject([{ taskId: 5 }])
    const raised = await world.episode(world.raised('go'))
    expect(raised.children).toEqual([{ taskId: 6, instanceId: 'x:6', name: 'Child', version: '1', input: '{"n":1}' }])
    expect(raised.cancelledTimers).toEqual([5])
    const end = await world.episode(
      historyEvent('SubOrchestrationInstanceCompleted', world.now, { TaskScheduledId: 6, Result: '"s"' }),
    )
    expect(end.outcome).toEqual({ kind: 'completed', output: '["a",["b","c"],"s"]' })
  })

  test('entity messages and callHttp take an id each', async () => {
    const actions = await ask(
      function* (context) {
        context.df.signalEntity(new df.EntityId('e', 'k'), 'add', 1)
        yield context.df.callEntity(new df.EntityId('e', 'k'), 'get')
        return 1
      },
      [historyEvent('OrchestratorStarted', begin), started()],
    )
    if ('crashed' in actions) throw new Error(actions.crashed)
    const list: Action[] = [...actions.actions, { actionType: ActionType.CallHttp }]
    const sent = historyEvent('EventSent', begin, { Name: 'op', Input: '{"id":"guid"}' }, 1)
    const answer = historyEvent('EventRaised', begin, { Name: 'guid', Input: '{"result":"1"}' })
    const history = [historyEvent('OrchestratorStarted', begin), started(), sent, answer]

    expect(replay(history, list, timerLimits).scheduled.map(task => [task.id, task.kind])).toEqual([
      [0, 'event'],
      [2, 'activity'],
    ])
  })

  test('the last failed try is followed by one more timer, due at once', async () => {
    const world = new World(function* (context) {
      const options = new df.RetryOptions(1000, 2)
      options.backoffCoefficient = 3
      try {
        yield context.df.callActivityWithRetry('A', options, 1)
      } catch {
        return yield context.df.callActivity('B', 1)
      }
    })
    await world.episode(started())
    expect((await world.episode(world.failed(0))).timers).toEqual([{ taskId: 1, fireAt: begin.getTime() + 1000 }])
    await world.episode(world.fired(1, begin.getTime() + 1000))
    expect((await world.episode(world.failed(2))).timers).toEqual([{ taskId: 3, fireAt: begin.getTime() + 1000 }])
    expect((await world.episode(world.fired(3, begin.getTime() + 1000))).activities).toMatchObject([
      { taskId: 4, name: 'B' },
    ])
    expect((await world.episode(world.completed(4, 'ok'))).outcome).toEqual({ kind: 'completed', output: '"ok"' })
  })

  test('delays grow by the coefficient and stop at the longest', async () => {
    const world = new World(function* (context) {
      const options = new df.RetryOptions(1000, 5)
      options.backoffCoefficient = 10
      options.maxRetryIntervalInMilliseconds = 20_000
      yield context.df.callActivityWithRetry('A', options, 1)
    })
    await world.episode(started())
    const delays: number[] = []
    for (let id = 0; delays.length < 4; id += 2) {
      const before = world.now.getTime()
      const [timer] = (await world.episode(world.failed(id))).timers
      if (!timer) throw new Error('no timer')
      delays.push(timer.fireAt - before)
      await world.episode(world.fired(timer.taskId, timer.fireAt))
    }
    expect(delays).toEqual([1000, 10_000, 20_000, 20_000])
  })

  test('a timer longer than six days goes in hops of three', async () => {
    const world = new World(function* (context) {
      yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 10 * day))
      return yield context.df.callActivity('After', 1)
    })
    const hops: number[] = []
    let decision = await world.episode(started())
    for (const timer of decision.timers) {
      hops.push((timer.fireAt - begin.getTime()) / day)
      decision = await world.episode(world.fired(timer.taskId, timer.fireAt))
      const [next] = decision.timers
      if (next) {
        hops.push((next.fireAt - begin.getTime()) / day)
        decision = await world.episode(world.fired(next.taskId, next.fireAt))
      }
    }
    while (decision.timers[0]) {
      const [timer] = decision.timers
      hops.push((timer.fireAt - begin.getTime()) / day)
      decision = await world.episode(world.fired(timer.taskId, timer.fireAt))
    }
    expect(hops).toEqual([3, 6, 10].slice(0, hops.length))
    expect(hops.at(-1)).toBe(10)
    expect(decision.activities).toMatchObject([{ taskId: hops.length, name: 'After' }])
  })
})

describe('external events', () => {
  test('an event that comes before anyone waits is kept', async () => {
    const world = new World(function* (context) {
      yield context.df.callActivity('A', 1)
      return yield context.df.waitForExternalEvent('go')
    })
    await world.episode(started(), world.raised('go', 1), world.raised('go', 2))
    expect((await world.episode(world.completed(0, null))).outcome).toEqual({ kind: 'completed', output: '1' })
  })

  test('of several waiters on one name the last gets the first event', async () => {
    const world = new World(function* (context) {
      const [first, second] = [context.df.waitForExternalEvent('go'), context.df.waitForExternalEvent('go')]
      return yield context.df.Task.all([first, second])
    })
    await world.episode(started())
    expect((await world.episode(world.raised('go', 1))).outcome.kind).toBe('waiting')
    expect((await world.episode(world.raised('go', 2))).outcome).toEqual({ kind: 'completed', output: '[2,1]' })
  })

  test('waiting for an event keeps no finished instance alive, an uncancelled timer does', async () => {
    const generator = (cancel: boolean) =>
      function* (context: df.OrchestrationContext): Generator<df.Task, unknown, unknown> {
        const timer = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 5000))
        const event = context.df.waitForExternalEvent('never')
        yield context.df.Task.any([timer, event, context.df.callActivity('A', 1)])
        if (cancel) timer.cancel()
        return 'end'
      }
    const cancelled = new World(generator(true))
    await cancelled.episode(started())
    expect((await cancelled.episode(cancelled.completed(1, 1))).outcome.kind).toBe('completed')
    const kept = new World(generator(false))
    const [timer] = (await kept.episode(started())).timers
    expect((await kept.episode(kept.completed(1, 1))).outcome.kind).toBe('waiting')
    expect((await kept.episode(kept.fired(0, timer?.fireAt ?? 0))).outcome.kind).toBe('completed')
  })
})

describe('endings', () => {
  test('an error is reported once nothing is open any more', async () => {
    const world = new World(function* (context) {
      yield context.df.Task.all([context.df.callActivity('A', 1), context.df.callActivity('B', 1)])
    })
    await world.episode(started())
    expect((await world.episode(world.failed(0, 'broken'))).outcome.kind).toBe('waiting')
    const end = await world.episode(world.completed(1, 1))
    expect(end.outcome).toEqual({ kind: 'failed', reason: "Orchestrator function 'Test' failed: broken \n " })
  })

  test('continue-as-new carries its input', async () => {
    const world = new World(function* (context) {
      yield context.df.callActivity('A', 1)
      context.df.continueAsNew({ page: 2 })
    })
    await world.episode(started())
    expect((await world.episode(world.completed(0, 1))).outcome).toEqual({
      kind: 'continuedAsNew',
      input: '{"page":2}',
    })
  })

  test('a custom status above 16 KB fails the instance', async () => {
    const world = new World(function* (context) {
      context.df.setCustomStatus('x'.repeat(9000))
      yield context.df.callActivity('A', 1)
    })
    expect((await world.episode(started())).outcome).toMatchObject({ kind: 'failed', reason: /16 KB/ })
  })
})

describe('non-determinism, which the SDK does not notice', () => {
  const first = function* (context: df.OrchestrationContext): Generator<df.Task, unknown, unknown> {
    yield context.df.callActivity('List', 1)
    return yield context.df.callActivity('Copy', 1)
  }
  test.each([
    [
      'another activity',
      (c: df.OrchestrationContext) => c.df.callActivity('Other', 1),
      /activity 'List'.*activity 'Other'/,
    ],
    [
      'another kind',
      (c: df.OrchestrationContext) => c.df.callSubOrchestrator('List', 1),
      /activity 'List'.*sub-orchestration 'List'/,
    ],
    [
      'a timer',
      (c: df.OrchestrationContext) => c.df.createTimer(new Date(begin.getTime() + 1000)),
      /activity 'List'.*a timer/,
    ],
    ['nothing', (c: df.OrchestrationContext) => c.df.waitForExternalEvent('go'), /activity 'List'.*nothing/],
  ])('%s where List was recorded', async (_case, changed, text) => {
    const world = new World(first)
    await world.episode(started())
    const other = new World(function* (context) {
      yield changed(context)
      return 1
    })
    other.history = world.history
    const { outcome, activities } = await other.episode(other.completed(0, 1))
    expect(outcome).toMatchObject({ kind: 'failed' })
    expect(outcome.kind === 'failed' && outcome.reason).toMatch(
      /^Orchestrator function 'Test' failed: Non-Deterministic/,
    )
    expect(outcome.kind === 'failed' && outcome.reason).toMatch(text)
    expect(activities).toEqual([])
  })

  test('the case of a name does not matter', async () => {
    const world = new World(first)
    await world.episode(started())
    const other = new World(function* (context) {
      yield context.df.callActivity('list', 1)
      return 1
    })
    other.history = world.history
    expect((await other.episode(other.completed(0, 1))).outcome.kind).toBe('completed')
  })
})
