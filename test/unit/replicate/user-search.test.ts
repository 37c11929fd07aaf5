/** Whether anything in the target uses a policy, where that takes more lists than one activity may make. */
import { beforeEach, expect, it } from 'vitest'
import type { Facts } from '../../../src/lib/ledger/facts.ts'
import type { LocatorSummary } from '../../../src/lib/media/resources.ts'
import type { Unit } from '../../../src/lib/model.ts'
import type { Pair } from '../../../src/lib/replicate/pair.ts'
import { type Users, usersOf } from '../../../src/lib/replicate/user-search.ts'
import { timing } from '../../../src/lib/timing.ts'

/** As few as the service lists in one page. */
const pageLength = 10
const begin = Date.UTC(2026, 5, 1)
const unit: Unit = { route: 'east>west', kind: 'contentKeyPolicy', name: 'Keys' }

/** Locators of the target in the order of their names, as the service lists them. */
let locators: LocatorSummary[]
let calls: { lists: number; gets: number }
let now: number
let facts: Facts

const locator = (name: string, created: number, policy = 'other'): LocatorSummary => ({
  name,
  assetName: 'film',
  streamingLocatorId: name,
  streamingPolicyName: 'Predefined_ClearKey',
  defaultContentKeyPolicyName: policy,
  created: new Date(created).toISOString(),
  endTime: '9999-12-31T23:59:59.997Z',
})
const numbered = (index: number) => `l-${String(index).padStart(6, '0')}`

/** The part of an account that is asked. A cursor is the last name, behind which new ones are not revisited. */
const target = {
  async locators(cursor?: string, createdSince = 0) {
    calls.lists += 1
    // A call takes a while.
    now += 100
    const [after = '', since = createdSince] = cursor === undefined ? [] : (JSON.parse(cursor) as [string, number])
    const items: LocatorSummary[] = []
    for (const one of locators) {
      if (one.name <= after || Date.parse(one.created) < since) continue
      if (items.length === pageLength) return { items, next: JSON.stringify([items.at(-1)?.name, since]) }
      items.push(one)
    }
    return { items }
  },
  async locator(name: string) {
    calls.gets += 1
    return locators.find(one => one.name === name)
  },
  streamingPolicies: async () => ({ items: [] }),
}
const pair = () =>
  ({ target, clock: () => now, timing: timing(1), route: { to: 'west' } }) as unknown as Pick<Pair, 'target'> as Pair

const step = async (onlyKnown = false): Promise<Users> => {
  const users = await usersOf(pair(), unit, facts, onlyKnown)
  facts = { ...facts, ...users.facts }
  return users
}
/** Steps until there is an answer, and how many list calls the longest of them took. */
const search = async (between: (steps: number) => void = () => {}) => {
  let longest = 0
  for (let steps = 1; steps < 1000; steps++) {
    const before = calls.lists
    const users = await step()
    longest = Math.max(longest, calls.lists - before)
    if (!users.goesOn) return { found: users.found, longest, steps }
    // What is kept travels as JSON.
    facts = JSON.parse(JSON.stringify(facts)) as Facts
    between(steps)
  }
  throw new Error('The search does not end.')
}

beforeEach(() => {
  now = begin
  facts = {}
  calls = { lists: 0, gets: 0 }
  locators = []
})

it('P9: 20,000 locators are looked through once, in steps of bounded length', async () => {
  locators = Array.from({ length: 20_000 }, (_, index) => locator(numbered(index), 0))
  const { found, longest } = await search()
  expect(found).toEqual([])
  expect(longest).toBe(50)
  expect(calls.lists).toBeLessThanOrEqual(20_000 / pageLength + 10)
})

it('few locators take one step', async () => {
  locators = Array.from({ length: 100 }, (_, index) => locator(numbered(index), 0))
  expect(await search()).toEqual({ found: [], longest: 10, steps: 1 })
})

it('P10: a locator that is made behind the cursor while the rest is looked through is found', async () => {
  locators = Array.from({ length: 5000 }, (_, index) => locator(numbered(index), 0))
  const { found } = await search(steps => {
    if (steps === 5) locators.unshift(locator('a-new-one', now, 'keys'))
  })
  expect(found).toEqual(['locator a-new-one'])
})

it('P10: many that are made meanwhile are looked through as well, and what is made during that', async () => {
  locators = Array.from({ length: 2000 }, (_, index) => locator(numbered(index), 0))
  const { found } = await search(steps => {
    if (steps === 2)
      locators = [...Array.from({ length: 1500 }, (_, index) => locator(`a${numbered(index)}`, now)), ...locators]
    if (steps === 6) locators.unshift(locator('a', now, 'keys'))
  })
  expect(found).toEqual(['locator a'])
})

it('P9: what was found once is asked for alone, until it is gone', async () => {
  locators = Array.from({ length: 3000 }, (_, index) => locator(numbered(index), 0, index === 2500 ? 'KEYS' : 'other'))
  expect((await search()).found).toEqual([`locator ${numbered(2500)}`])
  calls = { lists: 0, gets: 0 }
  expect(await step(true)).toMatchObject({ found: [`locator ${numbered(2500)}`] })
  expect(await search()).toMatchObject({ found: [`locator ${numbered(2500)}`], longest: 0 })
  expect(calls).toEqual({ lists: 0, gets: 2 })
  locators = locators.filter(({ name }) => name !== numbered(2500))
  expect((await search()).found).toEqual([])
})

it('a report searches through nothing', async () => {
  locators = Array.from({ length: 100 }, (_, index) => locator(numbered(index), 0))
  expect([(await step(true)).found, calls.lists]).toEqual([[], 0])
})

it('a search that has rested for a day begins anew, since its cursor may be good no more', async () => {
  locators = Array.from({ length: 1000 }, (_, index) => locator(numbered(index), 0))
  await step()
  expect(facts.userSearch?.cursor).toBeDefined()
  now += 24 * 3_600_000
  await search()
  expect(calls.lists).toBeGreaterThanOrEqual(50 + 100)
})
