/**
 * P3 at every step: the process dies before or after each of its calls that may change something in a media account, in
 * storage or in the ledger, in turn. What is promised holds at every change, and a new process ends where an undisturbed
 * one would.
 */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { compareAccounts } from '../../local/compare/compare.ts'
import { startTwoRegions, type TwoRegions } from '../support/two-regions.ts'
import { adoptedTwin, gonePolicies, goneTitle, movedHome, removedTwin } from './departures.ts'
import { editedPolicies, firstCopy, liveChange, newPolicies, withoutPolicies } from './films.ts'
import type { Strike } from './gates.ts'
import { homeOf, type Published, type Scenario, targetOf } from './scenario.ts'
import { Scene } from './scene.ts'
import { Judge } from './traffic.ts'
import { nothingEarly, putStranger, stranger, writes, writesToHome } from './watch.ts'

let ground: TwoRegions
let strangers: unknown
beforeAll(async () => {
  ground = await startTwoRegions()
  await putStranger(ground)
  strangers = await stranger(ground)
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await ground.close()
})

/** P1: one region is the twin of the other, and has nothing else under the name, but a twin that waits to be removed. */
const equal = async (published: Published) => {
  const [from, to] = [ground.arm[homeOf(published)], ground.arm[targetOf(published)]]
  const { differences, extras } = await compareAccounts(from, to, { prefix: published.name })
  const left = published.inGrace ? [`asset ${published.name} is only in B`] : []
  expect([...differences, ...extras]).toEqual(left)
}

/** An undisturbed pass, or one whose processes die at calls, until B is the twin. */
const pass = async (scene: Scene, published: Published, strikes: readonly Strike[]) => {
  scene.watch = () => nothingEarly(ground, published)
  await scene.start(strikes, published.pace)
  for (const unit of published.units) await scene.event(unit, published.asked)
  await vi.waitFor(
    async () => {
      await scene.dispatch()
      await equal(published)
    },
    { timeout: 60_000, interval: 100 },
  )
}

/** P5, P6, P7: what must hold once all of it has ended. */
const ended = async (scene: Scene, { units, secrets, home }: Published) => {
  const kept = await scene.kept()
  for (const secret of secrets) expect(kept).not.toContain(secret)
  expect(kept).not.toMatch(/[?&]sig=|token-of-/)
  await scene.start()
  const back = home === undefined ? [] : units.map(unit => ({ ...unit, route: 'west>east' as const }))
  for (const unit of [...units, ...back]) await scene.event(unit)
  expect(writes(scene.calls)).toEqual([])
  expect(await stranger(ground)).toEqual(strangers)
}

/** @returns the calls at which processes died, fewer than the strikes where it makes fewer. */
const struck = async (scenario: Scenario, strikes: readonly Strike[], name: string): Promise<readonly string[]> => {
  // Calls of earlier films use up nothing of this one's.
  await fetch(`${ground.simulator.url}/_sim/rate-limits`, { method: 'DELETE' })
  const judge = new Judge(ground)
  const scene = new Scene(ground, `Ledger${name.replaceAll('-', '')}`, scenario)
  let published = await scenario.publish(ground, name)
  for (const change of scenario.changes ?? []) {
    judge.published(published)
    await pass(scene, published, [])
    published = await change(ground, published)
  }
  judge.published(published)
  const before = scene.allCalls.length
  await pass(scene, published, strikes)
  await ended(scene, published)
  const toHome = writesToHome(published, scene.allCalls.slice(before))
  expect([...toHome, ...scene.broken, ...judge.broken(published)]).toEqual([])
  await scene.close()
  await withoutPolicies(ground, name)
  return scene.deaths
}

const media = (method: string, what: string, region = 'west') =>
  new RegExp(`^media ${method} .*contoso${region}/${what}`)

/** With all tests: what is nearest to writes that cannot be taken back. */
const some: readonly (readonly [string, Scenario, readonly Strike[]])[] = [
  ['a swap of a ledger row', firstCopy, [{ at: 'after', nth: 12, of: /^ledger/ }]],
  ['a file that is copied', firstCopy, [{ at: 'after', nth: 2, of: /^storage PUT .*mp4$/ }]],
  ['a locator that is made', firstCopy, [{ at: 'before', nth: 2, of: media('PUT', 'streamingLocators') }]],
  ['a withdrawal', liveChange, [{ at: 'after', nth: 1, of: media('DELETE', 'streamingLocators') }]],
  ['a policy that is replaced', editedPolicies, [{ at: 'after', nth: 1, of: media('DELETE', 'streamingPolicies') }]],
  ['a title that is gone', goneTitle, [{ at: 'after', nth: 1, of: media('DELETE', 'streamingLocators') }]],
  [
    'a twin that is removed',
    removedTwin,
    [
      { at: 'before', nth: 1, of: media('DELETE', 'assets') },
      { at: 'after', nth: 1, of: media('DELETE', 'assets') },
    ],
  ],
  [
    'policies that are removed',
    gonePolicies,
    [
      { at: 'after', nth: 1, of: media('DELETE', 'streamingPolicies') },
      { at: 'before', nth: 1, of: media('DELETE', 'contentKeyPolicies') },
      { at: 'after', nth: 1, of: media('DELETE', 'contentKeyPolicies') },
    ],
  ],
  [
    'a move of the home',
    movedHome,
    [
      { at: 'after', nth: 1, of: /^storage PUT .contosoweststore/ },
      { at: 'after', nth: 1, of: media('DELETE', 'streamingLocators', 'east') },
      { at: 'before', nth: 1, of: /^storage PUT .contosoeaststore.*a\.mp4/ },
    ],
  ],
  [
    'an adoption',
    adoptedTwin,
    [
      { at: 'after', nth: 1, of: /^storage PUT .contosoweststore/ },
      { at: 'before', nth: 1, of: /^storage PUT .*a\.mp4/ },
      { at: 'after', nth: 1, of: media('PUT', 'streamingLocators') },
    ],
  ],
]

describe('P3: a process that dies', () => {
  it.each(some)('at %s', async (what, scenario, strikes) => {
    const deaths = await struck(scenario, strikes, `some-${what.replaceAll(' ', '-')}`)
    expect(deaths).toEqual(strikes.map(({ of = /^/ }) => expect.stringMatching(of)))
  })
})

describe.runIf(process.env.TWINSTREAM_LONG)('P3: a process that dies at every call (set TWINSTREAM_LONG)', () => {
  const scenarios = [
    firstCopy,
    liveChange,
    newPolicies,
    editedPolicies,
    goneTitle,
    removedTwin,
    gonePolicies,
    movedHome,
    adoptedTwin,
  ]
  const ways = scenarios.flatMap(scenario => (['before', 'after'] as const).map(at => ({ ...scenario, at })))
  it.each(ways)(
    '$at each of $title',
    async ({ at, ...scenario }) => {
      for (let nth = 1; ; nth += 1) {
        const name = `${scenario.label}-${at}-${String(nth).padStart(3, '0')}`
        const [death] = await struck(scenario, [{ at, nth }], name)
        process.stdout.write(`${scenario.label}: died ${at} call ${nth}: ${death ?? 'it makes fewer'}\n`)
        if (death !== undefined) continue
        expect(nth).toBeGreaterThan(5)
        return
      }
    },
    3_600_000,
  )
})
