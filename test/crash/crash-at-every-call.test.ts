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

/** Which calls are struck with all tests: the first of the ledger, one under way to the copy, one under way to publishing. */
const some = [1, 12, 23]

const strike = async (name: string, last: number, changes: boolean): Promise<'died' | 'lived'> => {
  const scene = new Scene(ground, `Ledger${name.replaceAll(/\W/g, '')}`)
  const film = await publishFilm(ground, name)
  if (changes) {
    await pass(scene, film, undefined)
    await changeFilm(ground, name)
  }
  const made = await pass(scene, film, last)
  await ended(scene, film)
  await scene.close()
  process.stdout.write(`died at call ${last}: ${scene.deaths.join('; ') || `none, of ${made}`}\n`)
  return scene.deaths.length > 0 ? 'died' : 'lived'
}

describe('P3: a first copy with its policies, and a process that dies', () => {
  it.each(some)(
    'at call %i',
    async last => {
      expect(await strike(`copy-${last}`, last, false)).toBe('died')
    },
    600_000,
  )
})

describe.runIf(process.env.TWINSTREAM_LONG)('P3: the same at every call (set TWINSTREAM_LONG)', () => {
  it.each([
    ['a first copy', false],
    ['a change under live locators', true],
  ] as const)(
    'of %s',
    async (_title, changes) => {
      for (let last = 1; ; last += 1)
        if ((await strike(`${changes ? 'change' : 'every'}-${last}`, last, changes)) === 'lived') return
    },
    7_200_000,
  )
})
