import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Counters } from '../../../../local/host/counters.ts'
import { Database } from '../../../../local/host/database.ts'
import { Schedules } from '../../../../local/host/schedules.ts'
import { schema } from '../../../../local/host/schema.ts'
import { Timer, type TimerParts } from '../../../../local/host/timers.ts'
import { temporaryDirectory } from './host-process.ts'

const begin = Date.parse('2026-01-01T00:00:30Z')

beforeEach(() => {
  vi.useFakeTimers({ now: begin })
})
afterEach(() => {
  vi.useRealTimers()
})

/** A timer trigger on a real state file; `runs` holds when each run began, in seconds, and whether it was past due. */
const setUp = (directory: string, binding: object, more: Partial<TimerParts> & { runMs?: number } = {}) => {
  const db = new Database(join(directory, 'x.db'), schema, () => {})
  const runs: [number, boolean][] = []
  const parts: TimerParts = {
    invoke: async (_fn, { data }) => {
      runs.push([(Date.now() - begin) / 1000, (JSON.parse(data.json ?? '') as { IsPastDue: boolean }).IsPastDue])
      await new Promise(resolve => setTimeout(resolve, more.runMs ?? 0))
      return {}
    },
    counters: new Counters(db),
    schedules: new Schedules(db),
    log: () => {},
    pace: 1,
    settings: {},
    onFatal: error => {
      throw error
    },
    ...more,
  }
  const trigger = { name: 't', binding: { type: 'timerTrigger', direction: 'in', ...binding } }
  const timer = new Timer({ name: 'T', bindings: {}, handler: () => {}, trigger }, parts)
  return { timer, runs, close: () => db.close() }
}

test('runs at its cron times', async () => {
  using directory = temporaryDirectory()
  const { timer, runs, close } = setUp(directory.path, { schedule: '0 * * * * *' })
  timer.start()
  await vi.advanceTimersByTimeAsync(160_000)
  expect(runs).toEqual([
    [30, false],
    [90, false],
    [150, false],
  ])
  await timer.stop()
  close()
})

test('with a pace below 1 it runs every interval times pace, at least every second', async () => {
  using directory = temporaryDirectory()
  const { timer, runs, close } = setUp(
    directory.path,
    { schedule: '%EVERY%' },
    { pace: 0.05, settings: { EVERY: '0 * * * * *' } },
  )
  timer.start()
  await vi.advanceTimersByTimeAsync(10_000)
  expect(runs.map(([at]) => at)).toEqual([3, 6, 9])
  await timer.stop()
  close()
})

test('no pace makes a timer run more than once a second', async () => {
  using directory = temporaryDirectory()
  const { timer, runs, close } = setUp(directory.path, { schedule: '0 * * * * *' }, { pace: 0.0001 })
  timer.start()
  await vi.advanceTimersByTimeAsync(3500)
  expect(runs.map(([at]) => at)).toEqual([1, 2, 3])
  await timer.stop()
  close()
})

test('runs do not overlap: cron times during a run are left out', async () => {
  using directory = temporaryDirectory()
  const { timer, runs, close } = setUp(directory.path, { schedule: '0 * * * * *' }, { runMs: 90_000 })
  timer.start()
  await vi.advanceTimersByTimeAsync(300_000)
  expect(runs.map(([at]) => at)).toEqual([30, 150, 270])
  const stopped = timer.stop()
  await vi.advanceTimersByTimeAsync(90_000)
  await stopped
  close()
})

test('runs do not overlap: a firing by hand during a run follows it, once', async () => {
  using directory = temporaryDirectory()
  const { timer, runs, close } = setUp(directory.path, { schedule: '0 0 0 1 1 *' }, { runMs: 5000 })
  timer.start()
  timer.trigger()
  timer.trigger()
  timer.trigger()
  await vi.advanceTimersByTimeAsync(20_000)
  expect(runs.map(([at]) => at)).toEqual([0, 5])
  await timer.stop()
  close()
})

test('a run missed while the host was down is caught up once, and says so', async () => {
  using directory = temporaryDirectory()
  const first = setUp(directory.path, { schedule: '0 * * * * *' })
  first.timer.start()
  await first.timer.stop()
  first.close()
  vi.setSystemTime(begin + 200_000)
  const second = setUp(directory.path, { schedule: '0 * * * * *' })
  second.timer.start()
  await vi.advanceTimersByTimeAsync(1)
  expect(second.runs).toEqual([[200, true]])
  await second.timer.stop()
  second.close()
})

test.each(['* * * * *', 'never', ''])('the schedule "%s" is refused by name', schedule => {
  using directory = temporaryDirectory()
  expect(() => setUp(directory.path, { schedule })).toThrow(/Timer 'T'/)
})
