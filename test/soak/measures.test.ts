import { expect, it } from 'vitest'
import { measures, trends } from './measures.ts'

const nights = (of: (night: number) => number, length = 24) =>
  Array.from({ length }, (_, night) => Object.fromEntries(Object.keys(measures).map(name => [name, of(night)])))
const growing = (of: (night: number) => number) =>
  trends(nights(of))
    .filter(({ verdict }) => verdict !== 'flat')
    .map(({ name }) => name)

it('what grows in the first third only is flat, and one night of many that is high', () => {
  expect(growing(night => (night < 8 ? night * 50 : 400))).toEqual([])
  expect(growing(night => (night === 9 ? 5000 : 400))).toEqual([])
})

it('what grows by a tenth every night is not, whatever it is', () => {
  expect(growing(night => 1000 * 1.1 ** night)).toEqual(Object.keys(measures))
})

it('what was not measured on this system is not judged', () => {
  const without = nights(() => 1).map(({ files: _, ...others }) => others)
  expect(trends(without).map(({ name }) => name)).not.toContain('files')
})

it('a heap is not judged by a few nights', () => {
  const verdicts = (length: number) =>
    trends(nights(night => 1000 * 1.1 ** night, length)).map(one => [one.name, one.verdict])
  expect(Object.fromEntries(verdicts(19))).toMatchObject({ heap: 'too few nights to tell', rss: 'grows' })
  expect(Object.fromEntries(verdicts(20))).toMatchObject({ heap: 'grows' })
})
