/**
 * P3 at every step: the process dies at each of its calls that may change something in a media account, in storage or in
 * the ledger, in turn. The call is carried out and its reply lost, which is also what a death before the next one leaves.
 * What is promised holds at that moment, and a new process ends where an undisturbed one would.
 */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { compareAccounts } from '../../local/compare/compare.ts'
import { startTwoRegions, type TwoRegions } from '../support/two-regions.ts'
import { changeFilm, type Film, publishFilm, Scene } from './scene.ts'

let ground: TwoRegions
beforeAll(async () => {
  ground = await startTwoRegions()
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await ground.close()
})

/** P2: a locator of B shows nothing that is not whole. */
const nothingEarly = async ({ name }: Film) => {
  const locators = await Promise.all(
    ['clear', 'keyed'].map(kind => ground.arm.west.get(`streamingLocators/${name}-${kind}`)),
  )
  if (locators.some(locator => locator !== undefined))
    expect(Object.keys(await ground.blobs('west', name)).length).toBeGreaterThanOrEqual(2)
}

/** P1, P5, P6, P7: where all of it must have ended. */
const ended = async (scene: Scene, film: Film) => {
  expect((await compareAccounts(ground.arm.east, ground.arm.west)).differences).toEqual([])
  const kept = await scene.kept()
  for (const secret of film.secrets) expect(kept).not.toContain(secret)
  await scene.start()
  await scene.event(film.unit, async () => {})
  expect(scene.calls.filter(call => /^(media|storage) (PUT|PATCH|DELETE)/.test(call))).toEqual([])
}

const writesToEast = (scene: Scene) =>
  scene.calls.filter(
    call => /^media (PUT|PATCH|DELETE) .*contosoeast/.test(call) || /^storage (PUT|DELETE) .contosoeast/.test(call),
  )

/** An undisturbed pass, or one whose process dies at its call of that number. */
const pass = async (scene: Scene, film: Film, last: number | undefined) => {
  await scene.start(last)
  await scene.event(film.unit, () => nothingEarly(film))
  const { changes } = scene
  expect(writesToEast(scene)).toEqual([])
  await vi.waitFor(
    async () => {
      await scene.dispatch()
      expect((await compareAccounts(ground.arm.east, ground.arm.west)).differences).toEqual([])
    },
    { timeout: 60_000, interval: 500 },
  )
  return changes
}

/** Every call in CI would take minutes: a part of them, another one in every place where it matters. */
const step = process.env.TWINSTREAM_LONG ? 1 : 11

describe.each([
  ['a first copy with its policies', false],
  ['a change under live locators', true],
] as const)('P3: %s, with a process that dies', (_title, changes) => {
  it('at call after call', async () => {
    for (let last = 1, calls = Infinity; last <= calls; last += step) {
      const name = `${changes ? 'change' : 'copy'}-${last}`
      const scene = new Scene(ground, `Ledger${changes ? 'B' : 'A'}${last}`)
      const film = await publishFilm(ground, name)
      if (changes) {
        await pass(scene, film, undefined)
        await changeFilm(ground, name)
      }
      const made = await pass(scene, film, last)
      if (scene.deaths.length === 0) calls = made
      await ended(scene, film)
      await scene.close()
      process.stdout.write(`died at call ${last}: ${scene.deaths.join('; ') || `none, of ${made}`}\n`)
    }
  }, 3_600_000)
})
