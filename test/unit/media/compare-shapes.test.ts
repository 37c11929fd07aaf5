import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readFilter } from '../../../src/lib/media/arm/read-filter.ts'
import { readAsset, readContentKey, readLocator } from '../../../src/lib/media/arm/read-resources.ts'
import { listIn, objectIn } from '../../../src/lib/media/arm/wire.ts'
import {
  compareAsset,
  compareFilter,
  compareKeys,
  compareLocator,
  comparePolicyBody,
  compareStreamingPolicy,
} from '../../../src/lib/media/compare.ts'
import type { Json } from '../../../src/lib/media/resources.ts'
import { Secret } from '../../../src/lib/secret.ts'
import type { Choose } from '../../support/shapes/leaves.ts'
import { asset, contentKeyPolicy, filter, keys, locator, streamingPolicy } from '../../support/shapes/media.ts'
import type { Shape } from '../../support/shapes/shape.ts'
import { anyOf, changesOf, disguised, placesOf, sampleOf, secretsOf, strangersIn } from '../../support/shapes/values.ts'

interface Subject {
  readonly title: string
  readonly shape: Shape
  /** Of two bodies as the service gives them. */
  readonly compare: (a: Json, b: Json) => readonly string[]
}

const body = (properties: Json) => ({ name: 'film', properties })
/** The same name in another case. */
const twin = (properties: Json) => ({ name: 'FILM', properties })
const keysIn = (properties: Json) => listIn(objectIn(properties, ''), 'contentKeys').map(readContentKey)

const subjects: readonly Subject[] = [
  { title: 'an asset', shape: asset, compare: (a, b) => compareAsset(readAsset(body(a)), readAsset(twin(b))) },
  { title: 'a filter', shape: filter, compare: (a, b) => compareFilter(readFilter(body(a)), readFilter(twin(b))) },
  { title: 'a locator', shape: locator, compare: (a, b) => compareLocator(readLocator(body(a)), readLocator(twin(b))) },
  { title: 'the keys of a locator', shape: keys, compare: (a, b) => compareKeys(keysIn(a), keysIn(b)) },
  {
    title: 'a content key policy',
    shape: contentKeyPolicy,
    compare: (a, b) => comparePolicyBody(new Secret(objectIn(a, '')), new Secret(objectIn(b, ''))),
  },
  {
    title: 'a streaming policy',
    shape: streamingPolicy,
    compare: (a, b) => compareStreamingPolicy({ properties: objectIn(a, '') }, { properties: objectIn(b, '') }),
  },
]

/** Of these the twin has every member; of assets and locators, those that an account does not make for itself. */
const copiedWhole: readonly Shape[] = [filter, contentKeyPolicy, streamingPolicy]

/** Numbers that are drawn again and again in turn. */
const drawn = (numbers: readonly number[]): Choose => {
  let next = 0
  return bound => (numbers[next++ % numbers.length] ?? 0) % bound
}

/** The fullest value comes first, so that every field has its turn in every run. */
const always = ({ shape }: Subject, check: (value: Json, choose: Choose) => void, numRuns = 50) =>
  fc.assert(
    fc.property(anyOf(shape), fc.array(fc.nat(), { minLength: 7, maxLength: 50 }), (value, numbers) => {
      check(value, drawn(numbers))
    }),
    { numRuns, examples: [[sampleOf(shape), [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5]]] },
  )

describe.each(subjects)('$title', subject => {
  const { shape, compare } = subject

  test('P7: is equal to itself', () => {
    always(subject, value => {
      expect(compare(value, structuredClone(value))).toEqual([])
    })
  })

  test('P7: is equal to itself in every form that a service may give it', () => {
    always(subject, (value, choose) => {
      const other = disguised(shape, value, choose)
      expect(compare(value, other), JSON.stringify(other)).toEqual([])
      expect(compare(other, value), JSON.stringify(other)).toEqual([])
    })
  })

  test('P1: differs when any one field differs, whichever side it is on', () => {
    always(
      subject,
      value => {
        const missed = changesOf(shape, value).filter(({ value: changed }) => {
          const found = compare(value, changed)
          return found.length === 0 || String(compare(changed, value)) !== String(found)
        })
        expect(missed).toEqual([])
      },
      10,
    )
  })

  test('P1: has every field of its shape changed in these tests', () => {
    const changed = new Set(changesOf(shape, sampleOf(shape)).map(({ place }) => place))
    expect(placesOf(shape).filter(place => !changed.has(place))).toEqual([])
  })

  test('P6: differs without a word of what it holds', () => {
    fc.assert(
      fc.property(anyOf(shape), anyOf(shape), (a, b) => {
        const found = JSON.stringify(compare(a, b))
        expect(compare(b, a)).toEqual(JSON.parse(found))
        for (const secret of [a, b].flatMap(value => secretsOf(shape, value))) expect(found).not.toContain(secret)
      }),
    )
  })
})

describe.each(subjects.filter(({ shape }) => copiedWhole.includes(shape)))('$title', subject => {
  const { shape, compare } = subject

  test('P1: differs by a member that this release does not know, unless it is empty', () => {
    always(
      subject,
      value => {
        expect(compare(value, { ...objectIn(value, ''), stranger: null, strangers: [] })).toEqual([])
        const missed = strangersIn(shape, value).filter(({ value: stranger }) => {
          const found = compare(value, stranger)
          return found.length === 0 || String(compare(stranger, value)) !== String(found)
        })
        expect(missed).toEqual([])
      },
      10,
    )
  })
})
