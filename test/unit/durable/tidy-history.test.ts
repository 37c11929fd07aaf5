import { expect, it } from 'vitest'
import { tidyHistory } from '../../../src/lib/durable/tidy-history.ts'

const hour = 3_600_000
const before = Date.UTC(2026, 5, 1)

/** A hub of finished instances by the time they were created; windows are noted. */
const hubOf = (created: readonly number[]) => {
  const left = new Set(created)
  const windows: (readonly [from: number, to: number])[] = []
  const purgeCreated = async (from: Date, to: Date) => {
    windows.push([from.getTime(), to.getTime()])
    const found = [...left].filter(at => at >= from.getTime() && at <= to.getTime())
    for (const at of found) left.delete(at)
    return found.length
  }
  return { left, windows, purgeCreated }
}

it('removes what is old, however old, and nothing younger', async () => {
  const old = [before, before - 1, before - 30 * 24 * hour, Date.UTC(2021, 0)]
  const hub = hubOf([...old, before + 1, before + hour])
  expect(await tidyHistory(hub, before, () => false)).toBe(old.length)
  expect([...hub.left]).toEqual([before + 1, before + hour])
})

it('P9: years in which nothing is left cost a handful of calls', async () => {
  const hub = hubOf([])
  await tidyHistory(hub, before, () => false)
  expect(hub.windows.length).toBeLessThan(20)
})

it('keeps windows short where many instances are, leaves no gap between them, and stops when its time is over', async () => {
  const hub = hubOf(Array.from({ length: 100_000 }, (_, index) => before - index * 1000))
  let calls = 0
  await tidyHistory(hub, before, () => ++calls > 10)
  expect(hub.windows).toHaveLength(10)
  expect(hub.windows.every(([from, to]) => to - from === hour)).toBe(true)
  expect(hub.windows.slice(1).map(([, to]) => to)).toEqual(hub.windows.slice(0, -1).map(([from]) => from))
})

it('goes no further when the task hub does not answer', async () => {
  const purgeCreated = () => Promise.reject(new Error('The task hub did not answer in time.'))
  await expect(tidyHistory({ purgeCreated }, before, () => false)).rejects.toThrow('did not answer')
})
