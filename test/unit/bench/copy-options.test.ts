import { expect, test } from 'vitest'
import { readOptions } from '../../../bench/copy/options.ts'

test('a quick run is tiny and writes no file, unless one of its sizes or a file is given', () => {
  expect(readOptions(['--quick'])).toMatchObject({ blobs: 60, rounds: 1, json: undefined })
  expect(readOptions(['--quick', '--blobs', '7', '--json', 'x.json'])).toMatchObject({ blobs: 7, json: 'x.json' })
  expect(readOptions([])).toMatchObject({ blobs: 5_000, slowBlobs: 1_500, listed: 100_000, rounds: 3 })
})

test.each(['0', '-1', '1.5', 'many'])('--blobs %s is refused with a sentence', blobs => {
  expect(() => readOptions([`--blobs=${blobs}`])).toThrow(`--blobs ${blobs}: give a whole number from 1 on.`)
})
