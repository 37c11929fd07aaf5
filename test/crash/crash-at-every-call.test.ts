/**
 * P3 at every step: the process dies before or after each of its calls that may change something in a media account, in
 * storage or in the ledger, in turn. What is promised holds at every change, and a new process ends where an undisturbed
 * one would.
 */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { compareAccounts } from '../../local/compare/compare.ts'
import { startTwoRegions, type TwoRegions } from '../support/two-regions.ts'
import {
  editedPolicies,
  firstCopy,
  liveChange,
  newPolicies,
  type Published,
  type Scenario,
  withoutPolicies,
} from './films.ts'
import type { Strike } from './gates.ts'
import { Scene } from './scene.ts'
import { nothingEarly, putStranger, stranger, writes, writesToEast } from './watch.ts'

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

/** P1: B is the twin. */
const equal = async ({ name }: Published) =>
  expect((await compareAccounts(ground.arm.east, ground.arm.west, { prefix: name })).differences).toEqual([])

/** An undisturbed pass, or one whose process dies at a call, until B is the twin. */
const pass = async (scene: Scene, published: Published, strike: Strike | undefined) => {
  scene.watch = () => nothingEarly(ground, published)
  await scene.start(strike)
  for (const unit of published.units) await scene.event(unit)
  await vi.waitFor(
    async () => {
      await scene.dispatch()
      await equal(published)
    },
    { timeout: 60_000, interval: 100 },
  )
}

/** P2, P5, P6, P7: what must hold once all of it has ended. */
const ended = async (scene: Scene, { units, secrets }: Published) => {
  const kept = await scene.kept()
  for (const secret of secrets) expect(kept).not.toContain(secret)
  expect(kept).not.toMatch(/[?&]sig=|token-of-/)
  await scene.start()
  for (const unit of units) await scene.event(unit)
  expect(writes(scene.calls)).toEqual([])
  expect(writesToEast(scene.allCalls)).toEqual([])
  expect([...scene.broken]).toEqual([])
  expect(await stranger(ground)).toEqual(strangers)
}

/** @returns the call at which the process died, undefined where it makes fewer. */
const struck = async (scenario: Scenario, strike: Strike, name: string): Promise<string | undefined> => {
  // Calls of earlier films use up nothing of this one's.
  await fetch(`${ground.simulator.url}/_sim/rate-limits`, { method: 'DELETE' })
  const scene = new Scene(ground, `Ledger${name.replaceAll('-', '')}`)
  let published = await scenario.publish(ground, name)
  if (scenario.change !== undefined) {
    await pass(scene, published, undefined)
    published = await scenario.change(ground, published)
  }
  await pass(scene, published, strike)
  await ended(scene, published)
  await scene.close()
  await withoutPolicies(ground, name)
  return scene.deaths[0]
}

const media = (method: string, what: string) => new RegExp(`^media ${method} .*contosowest/${what}`)

/** With all tests: one of each kind of thing that is changed. */
const some: readonly (readonly [string, Scenario, Strike])[] = [
  ['a swap of a ledger row', firstCopy, { at: 'after', nth: 12, of: /^ledger/ }],
  ['a file that is copied', firstCopy, { at: 'after', nth: 2, of: /^storage PUT .*mp4$/ }],
  ['a locator that is made', firstCopy, { at: 'before', nth: 2, of: media('PUT', 'streamingLocators') }],
  ['a withdrawal', liveChange, { at: 'after', nth: 1, of: media('DELETE', 'streamingLocators') }],
  ['a policy that is replaced', editedPolicies, { at: 'after', nth: 1, of: media('DELETE', 'streamingPolicies') }],
]

describe('P3: a process that dies', () => {
  it.each(some)('at %s', async (what, scenario, strike) => {
    expect(await struck(scenario, strike, `some-${what.replaceAll(' ', '-')}`)).toMatch(strike.of ?? /^/)
  })
})

describe.runIf(process.env.TWINSTREAM_LONG)('P3: a process that dies at every call (set TWINSTREAM_LONG)', () => {
  const scenarios = [firstCopy, liveChange, newPolicies, editedPolicies]
  const ways = scenarios.flatMap(scenario => (['before', 'after'] as const).map(at => ({ ...scenario, at })))
  it.each(ways)(
    '$at each of $title',
    async ({ at, ...scenario }) => {
      for (let nth = 1; ; nth += 1) {
        const death = await struck(scenario, { at, nth }, `${scenario.label}-${at}-${String(nth).padStart(3, '0')}`)
        process.stdout.write(`${scenario.label}: died ${at} call ${nth}: ${death ?? 'it makes fewer'}\n`)
        if (death !== undefined) continue
        expect(nth).toBeGreaterThan(5)
        return
      }
    },
    3_600_000,
  )
})
