/** The rules by which histories are made, judged and shortened. What they are made for is `npm run test:faults`. */
import { describe, expect, it } from 'vitest'
import { faultKinds } from '../../local/simulator/fault-kinds.ts'
import { defaultSwitches } from '../../local/simulator/switches.ts'
import { isWhole } from './editions.ts'
import { fixedSeeds } from './fixed-seeds.ts'
import { generateHistory } from './generate.ts'
import type { Step } from './history.ts'
import { shrink } from './shrink.ts'

describe('generated histories', () => {
  it('come from their seed alone, and plain JSON holds them whole', () => {
    const history = generateHistory(7)
    expect(generateHistory(7)).toEqual(history)
    expect(JSON.parse(JSON.stringify(history))).toEqual(history)
    expect(generateHistory(8)).not.toEqual(history)
  })

  it('meet every kind of step and of fault, those of CI too', () => {
    const kindsOf = (seeds: readonly number[]) =>
      new Set(seeds.map(generateHistory).flatMap(({ steps, deletes }) => [...steps.map(kindOf), `deletes ${deletes}`]))
    const all = kindsOf(Array.from({ length: 600 }, (_, seed) => seed))
    expect([...all]).toEqual(expect.arrayContaining(faultKinds))
    expect(kindsOf(fixedSeeds)).toEqual(all)
  })

  it('change every guess about the service, those of CI too; calls of an hour run dry in steps of their own', () => {
    const { hourlyCalls: _, throttling: __, ...guesses } = defaultSwitches
    const changed = new Set(fixedSeeds.flatMap(seed => Object.keys(generateHistory(seed).switches)))
    expect(changed).toEqual(new Set(Object.keys(guesses)))
  })
})

describe('P2: what players of a live locator find', () => {
  const files = (version: number, more: readonly (readonly [string, string])[] = []) =>
    new Map([['a.ism', `m${version}`], ['low.mp4', `l${version}`], ['high.mp4', `h${version}`], ...more])
  const editions = [files(1), files(2)]

  it('is whole with all old, all new, and with newer files under an old manifest', () => {
    expect(isWhole(editions, files(1))).toBe(true)
    expect(isWhole(editions, files(2))).toBe(true)
    expect(isWhole(editions, files(1, [['low.mp4', 'l2']]))).toBe(true)
    expect(isWhole(editions, files(2, [['theirs.txt', 't']]))).toBe(true)
  })

  it('is not with a file older than the manifest, one that is missing, or one that A never had', () => {
    expect(isWhole(editions, files(2, [['low.mp4', 'l1']]))).toBe(false)
    const missing = files(2)
    missing.delete('high.mp4')
    expect(isWhole(editions, missing)).toBe(false)
    expect(isWhole(editions, files(2, [['low.mp4', 'half of it']]))).toBe(false)
    expect(isWhole([], files(1))).toBe(false)
    // It was empty once, and had no manifest then: a copy that has just begun looks the same.
    const begun = [new Map(), ...editions]
    expect(isWhole(begun, files(2, [['low.mp4', 'l1']]))).toBe(false)
    expect(isWhole(begun, new Map())).toBe(false)
    expect(isWhole(begun, new Map([['low.mp4', 'l1']]))).toBe(false)
  })

  it('is whole without a manifest where A had none', () => {
    const text = new Map([['words.vtt', 'w']])
    expect(isWhole([new Map(), text], text)).toBe(true)
    expect(isWhole([new Map(), text, files(1)], new Map([['low.mp4', 'l1']]))).toBe(false)
  })

  it('may have a new manifest beside an old one, each with its files or newer ones', () => {
    const both = files(2, [
      ['b.ism', 'b'],
      ['b.mp4', 'b'],
    ])
    expect(isWhole([files(1), both], new Map([...both, ['a.ism', 'm1']]))).toBe(true)
    expect(isWhole([files(1), both], new Map([...both, ['a.ism', 'm1'], ['low.mp4', 'l1']]))).toBe(false)
  })

  it('is whole without a file that A has dropped since, and without one that it had dropped before', () => {
    const [before, after] = [files(1, [['words.vtt', 'w']]), files(1)]
    expect(isWhole([before, after], after)).toBe(true)
    expect(isWhole([before, after], before)).toBe(true)
  })
})

/** Of a step, as far as CI is to have one of each. */
const kindOf = (step: Step): string => {
  if (step.do === 'fault') return step.rule.kind
  if (step.do === 'forge') return step.forgery
  return step.do === 'leave' || step.do === 'takeName' ? `${step.do} ${step.what}` : step.do
}

describe('shortening', () => {
  const wait = (milliseconds: number): Step => ({ do: 'wait', milliseconds })
  const history = { seed: 1, switches: { cmafPaths: true }, steps: Array.from({ length: 20 }, (_, n) => wait(n)) }

  it('leaves the steps that are needed, and no switch', async () => {
    const needed = [3, 4, 17]
    const shortest = await shrink(
      history,
      async ({ steps }) => needed.every(n => steps.some(step => step.do === 'wait' && step.milliseconds === n)),
      200,
    )
    expect(shortest).toEqual({ switches: {}, steps: needed.map(wait) })
  })

  it('plays no more than it may', async () => {
    let asked = 0
    await shrink(
      history,
      async () => {
        asked += 1
        return false
      },
      5,
    )
    expect(asked).toBe(5)
  })
})
