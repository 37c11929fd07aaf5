import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Bucket, callerKey, decide, inTime, unknownBucket } from '../../../../src/lib/media/governor/bucket.ts'
import { bucketNames, hourlyCalls } from '../../../../src/lib/media/governor/buckets.ts'
import { Known, type Sent } from '../../../../src/lib/media/governor/known.ts'
import type { Caller, Priority } from '../../../../src/lib/model.ts'
import { RateLimitedService } from '../../../support/rate-limited-service.ts'
import { times } from './support.ts'

const hour = 60 * 60_000
const start = Date.parse('2030-01-01T00:00:00Z')
const floors = { event: 0.2, bulk: 0.4 } as const

/** Calls of one instance under way at once. */
const concurrency = 8

interface Flight {
  readonly instance: number
  readonly sent: Sent
  /** Let through on what a call had told, and not only to see. */
  readonly certain: boolean
  left?: number | undefined
}

/** Instances with work of one priority, their service and its owner, one thing at a time. */
class World {
  now = start
  owner = 0
  readonly service = new RateLimitedService({ kind: 'window', limit: hourlyCalls.writes })
  readonly instances: readonly { readonly known: Known; readonly skew: number }[]
  readonly flights: Flight[] = []
  saved: unknown
  /** How far the service went below the floor of a call that was certain, the owner's calls left aside. */
  worst = 0

  readonly #priority: keyof typeof floors

  constructor(priority: keyof typeof floors, skews: readonly number[]) {
    this.#priority = priority
    this.instances = skews.map(skew => ({ known: new Known('writes'), skew }))
  }

  ask(instance: number, route: string): boolean {
    const caller: Caller = { route, priority: this.#priority }
    const { known, skew } = this.#of(instance)
    const now = this.now + skew
    const at = known.at(now)
    if (at.pending >= concurrency) return false
    const decision = decide(known.bucket, 'writes', caller, at, times)
    if (!('grant' in decision)) {
      known.wants(callerKey(caller), decision.until + times.budgetWants)
      return false
    }
    const isKnown = known.bucket.at !== undefined && now - known.bucket.at < hour
    if (decision.probe) known.probe(now, times)
    const sent = known.send(callerKey(caller), now + times.budgetWants)
    this.flights.push({ instance, sent, certain: isKnown && !decision.probe })
    return true
  }

  /** The service counts a call that is on its way. */
  arrive(index: number): void {
    const going = this.flights.filter(({ left }) => left === undefined)
    const flight = going[index % Math.max(1, going.length)]
    if (flight === undefined) return
    const answer = this.service.take(this.now)
    flight.left = 'left' in answer ? answer.left : -1
    if (flight.certain)
      this.worst = Math.max(this.worst, hourlyCalls.writes * floors[this.#priority] - flight.left - this.owner)
  }

  answer(index: number): void {
    const coming = this.flights.filter(({ left }) => left !== undefined)
    const flight = coming[index % Math.max(1, coming.length)]
    if (flight?.left === undefined) return
    this.flights.splice(this.flights.indexOf(flight), 1)
    const { known, skew } = this.#of(flight.instance)
    known.end()
    if (flight.left >= 0) known.tell(flight.sent, flight.left, this.now + skew)
    else known.refuse(undefined, this.now + skew)
  }

  async share(instance: number): Promise<void> {
    const { known, skew } = this.#of(instance)
    await known.share(async change => {
      const after = change(this.saved)
      this.saved = JSON.parse(JSON.stringify(after))
      return after
    }, this.now + skew)
  }

  use(calls: number): void {
    for (let call = 0; call < calls; call++) if ('left' in this.service.take(this.now)) this.owner += 1
  }

  /** What the owner used in a window that is over is over too. */
  pass(milliseconds: number): void {
    this.now += milliseconds
    if (this.service.left(this.now) === hourlyCalls.writes) this.owner = 0
  }

  #of(instance: number) {
    const found = this.instances[instance % this.instances.length]
    if (found === undefined) throw new Error('There is no instance.')
    return found
  }
}

const stepOf = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('ask' as const),
      instance: fc.nat(2),
      route: fc.constantFrom('a>b', 'a>c'),
      times: fc.integer({ min: 1, max: 40 }),
    }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('arrive' as const), index: fc.nat(20) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('answer' as const), index: fc.nat(20) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('share' as const), instance: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('use' as const), calls: fc.nat(300) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('pass' as const),
      milliseconds: fc.oneof(fc.nat(2000), fc.nat(2 * hour)),
    }),
  },
)

type Step = typeof stepOf extends fc.Arbitrary<infer T> ? T : never

/** Each ask is repeated with calls that arrive and are answered in between, so that a window is used up in a few steps. */
const play = async (world: World, steps: readonly Step[], owner: boolean): Promise<void> => {
  for (const one of steps) {
    if (one.do === 'ask')
      for (let turn = 0; turn < one.times; turn++) {
        for (let call = 0; call < concurrency; call++) world.ask(one.instance, one.route)
        for (let call = 0; call < concurrency - 2; call++) world.arrive(turn + call)
        for (let call = 0; call < concurrency - 3; call++) world.answer(turn * 3 + call)
      }
    if (one.do === 'arrive') world.arrive(one.index)
    if (one.do === 'answer') world.answer(one.index)
    if (one.do === 'share') await world.share(one.instance)
    if (one.do === 'use' && owner) world.use(one.calls)
    if (one.do === 'pass') world.pass(one.milliseconds)
  }
}

const skew = fc.integer({ min: -10 * 60_000, max: 10 * 60_000 })
const priority = fc.constantFrom('event' as const, 'bulk' as const)
const steps = fc.array(stepOf, { minLength: 5, maxLength: 80 })

describe('P9: what is left to others', () => {
  it('no call that one instance lets through goes below its floor, in whatever order calls are counted and answered', async () => {
    await fc.assert(
      fc.asyncProperty(priority, skew, steps, async (kind, ahead, sequence) => {
        const world = new World(kind, [ahead])
        await play(world, sequence, false)
        expect(world.worst).toBeLessThanOrEqual(0)
        expect(world.service.refusals).toBe(0)
      }),
      { numRuns: 150 },
    )
  })

  it('several instances with wrong clocks go below it by no more than the others have under way at once', async () => {
    await fc.assert(
      fc.asyncProperty(
        priority,
        fc.array(skew, { minLength: 2, maxLength: 3 }),
        steps,
        async (kind, skews, sequence) => {
          const world = new World(kind, skews)
          await play(world, sequence, true)
          expect(world.worst).toBeLessThanOrEqual(skews.length * concurrency)
        },
      ),
      { numRuns: 150 },
    )
  })
})

/** One instance whose calls are counted and answered at once. */
const asker = (left: number, route: (index: number) => string) => {
  const known = new Known('writes')
  let remaining = left
  const ask = (index: number, now = start, priority: Priority = 'bulk'): boolean => {
    const caller = { route: route(index), priority }
    const decision = decide(known.bucket, 'writes', caller, known.at(now), times)
    if (!('grant' in decision) || decision.probe) {
      if ('until' in decision) known.wants(callerKey(caller), decision.until + times.budgetWants)
      return false
    }
    const sent = known.send(callerKey(caller), now + times.budgetWants)
    known.end()
    remaining -= 1
    known.tell(sent, remaining, now)
    return true
  }
  return {
    ask,
    refill(to: number) {
      remaining = to
    },
    /** Somebody else's call tells what there is. */
    look(now: number) {
      const sent = known.send('urgent ', now)
      known.end()
      known.tell(sent, remaining, now)
    },
  }
}

describe('P4: routes that share a bucket', () => {
  const order = fc.array(fc.nat(4), { minLength: 400, maxLength: 2000 })

  it('differ by one call at most once all is used, in whatever order they ask', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 5 }), fc.integer({ min: 520, max: 700 }), order, (routes, left, turns) => {
        const { ask } = asker(left, index => `a>${index}`)
        const calls = Array.from({ length: routes }, () => 0)
        // All have asked before any of them could have had more than its part.
        for (const [index] of calls.entries()) if (ask(index)) calls[index] = 1
        for (const turn of turns) if (ask(turn % routes)) calls[turn % routes] = (calls[turn % routes] ?? 0) + 1
        for (let round = 0; round < left; round++)
          for (const [index] of calls.entries()) if (ask(index)) calls[index] = (calls[index] ?? 0) + 1
        expect(Math.max(...calls) - Math.min(...calls)).toBeLessThanOrEqual(1)
        // None is kept for nobody.
        expect(calls.reduce((sum, one) => sum + one, 0)).toBe(left - 492)
      }),
    )
  })

  it('P3: one that had to wait gets its part of the next window, however fast the others are', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.nat(100_000), (greedy, late) => {
        const { ask, refill, look } = asker(600, index => `a>${index}`)
        for (let call = 0; call < 600; call++) ask(0)
        expect(ask(1)).toBe(false)
        refill(1200)
        const opened = start + times.budgetProbe
        look(opened)
        for (let call = 0; call < greedy * 20; call++) ask(0, opened)
        let mine = 0
        for (let call = 0; call < 1000; call++) if (ask(1, opened + late)) mine += 1
        expect(mine).toBeGreaterThanOrEqual(353)
      }),
      { numRuns: 30 },
    )
  })
})

it('P9: while the service refuses every call, each waits twice as long as the one before', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20_000), { minLength: 50, maxLength: 400 }), waits => {
      const known = new Known('reads')
      const sentAt: number[] = []
      let now = start
      for (const wait of waits) {
        now += wait
        const decision = decide(known.bucket, 'reads', { route: 'a>b', priority: 'event' }, known.at(now), times)
        if (!('grant' in decision)) continue
        if (decision.probe) known.probe(now, times)
        known.send('event a>b', now)
        known.end()
        known.refuse(undefined, now)
        sentAt.push(now)
      }
      const gaps = sentAt.slice(1).map((at, index) => at - (sentAt[index] ?? 0))
      for (const [index, gap] of gaps.entries())
        expect(gap).toBeGreaterThanOrEqual(Math.min(times.budgetProbeMax, times.budgetProbe * 2 ** index))
    }),
  )
})

it('P3: whatever an instance with another clock, or another release, has left, nobody waits for more than an hour', () => {
  const time = fc.integer({ min: start - 10 * hour, max: start + 100 * hour })
  const left = fc.record(
    {
      left: fc.nat(12_000),
      at: time,
      peak: fc.nat(12_000),
      rose: fc.boolean(),
      since: time,
      notBefore: time,
      probe: fc.record({ at: time, wait: fc.integer({ min: 0, max: 100 * hour }) }),
      callers: fc.dictionary(
        fc.constantFrom('bulk a>b', 'bulk a>c', 'event a>c'),
        fc.record({ calls: fc.nat(5000), wants: time }),
      ),
    },
    { requiredKeys: ['peak', 'rose', 'callers'] },
  )
  fc.assert(
    fc.property(
      left,
      fc.constantFrom(...bucketNames),
      fc.constantFrom<Priority>('urgent', 'event', 'bulk', 'last'),
      (saved, name, priority) => {
        const bucket = inTime(saved as Bucket, start)
        const at = { now: start, left: bucket.left ?? 0, pending: 0 }
        const decision = decide(bucket, name, { route: 'a>b', priority }, at, times)
        if ('until' in decision) expect(decision.until - start).toBeLessThanOrEqual(hour)
        else expect(decision.grant).toBeGreaterThanOrEqual(1)
      },
    ),
    { numRuns: 1000 },
  )
  expect(inTime(unknownBucket, start)).toEqual(unknownBucket)
})
