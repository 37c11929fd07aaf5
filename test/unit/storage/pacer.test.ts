import { expect, test } from 'vitest'
import { Pacer } from '../../../src/lib/storage/pacer.ts'

const start = (most: number) => {
  const clock = { now: 0 }
  return { clock, pacer: new Pacer(most, () => clock.now) }
}

test('no more are under way than allowed, and waiters come in turn', async () => {
  const { pacer } = start(2)
  const order: number[] = []
  const enter = async (who: number) => {
    await pacer.acquire()
    order.push(who)
  }
  await Promise.all([enter(1), enter(2)])
  const waiting = [enter(3), enter(4)]
  await Promise.resolve()
  expect(order).toEqual([1, 2])
  pacer.release(true)
  await waiting[0]
  expect(order).toEqual([1, 2, 3])
  pacer.release(true)
  await waiting[1]
  expect(order).toEqual([1, 2, 3, 4])
})

test('a bunch of busy answers halves once, more bunches go down to one', () => {
  const { pacer, clock } = start(32)
  for (let n = 0; n < 10; n++) pacer.slower()
  expect(pacer.allowed).toBe(16)
  for (let n = 0; n < 10; n++) {
    clock.now += 1_000
    pacer.slower()
  }
  expect(pacer.allowed).toBe(1)
})

test('successes bring it back to the maximum, and not beyond', async () => {
  const { pacer } = start(8)
  pacer.slower()
  const succeed = async (times: number) => {
    for (let n = 0; n < times; n++) {
      await pacer.acquire()
      pacer.release(true)
    }
  }
  await succeed(5)
  expect(pacer.allowed).toBe(5)
  await succeed(100)
  expect(pacer.allowed).toBe(8)
})

test('a failure does not speed it up', async () => {
  const { pacer } = start(8)
  pacer.slower()
  for (let n = 0; n < 100; n++) {
    await pacer.acquire()
    pacer.release(false)
  }
  expect(pacer.allowed).toBe(4)
})

test('while it is slowed down, places that are given back are not handed on', async () => {
  const { pacer } = start(2)
  await pacer.acquire()
  await pacer.acquire()
  let entered = false
  const third = pacer.acquire().then(() => {
    entered = true
  })
  pacer.slower()
  pacer.release(false)
  await Promise.resolve()
  expect(entered).toBe(false)
  pacer.release(false)
  await third
})
