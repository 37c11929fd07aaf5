import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BlockListParser, planBlocks } from '../../../src/lib/storage/blocks.ts'

test('blocks cover a blob once and in order, at most 50,000 of them, with ids of one length', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 47 }), fc.integer({ min: 1, max: 2 ** 27 }), (size, usual) => {
      const blocks = planBlocks({ etag: '"1"', size }, usual)
      expect(blocks.length).toBeLessThanOrEqual(50_000)
      let at = 0
      for (const block of blocks) {
        if (block.start !== at || block.size <= 0) throw new Error(`gap at ${at}`)
        at += block.size
      }
      expect(at).toBe(size)
      expect(new Set(blocks.map(({ id }) => id.length)).size).toBe(1)
      expect(new Set(blocks.map(({ id }) => id)).size).toBe(blocks.length)
      expect(Buffer.from(blocks[0]?.id ?? '', 'base64').length).toBeLessThanOrEqual(64)
    }),
    { numRuns: 15 },
  )
})

test('P2: blocks of another version, size or cut never have the same ids', () => {
  const ids = [
    planBlocks({ etag: '"1"', size: 100 }, 10),
    planBlocks({ etag: '"2"', size: 100 }, 10),
    planBlocks({ etag: '"1"', size: 99 }, 10),
    planBlocks({ etag: '"1"', size: 100 }, 11),
  ].flatMap(blocks => blocks.map(({ id }) => id))
  expect(new Set(ids).size).toBe(ids.length)
})

test('a block list is read into sizes by id', () => {
  const parser = new BlockListParser()
  parser.write(
    new TextEncoder().encode(
      '<BlockList><CommittedBlocks /><UncommittedBlocks><Block><Name>QQ==</Name><Size>4</Size></Block><Block><Size>5</Size><Name>Qg==</Name></Block></UncommittedBlocks></BlockList>',
    ),
  )
  expect([...parser.end()]).toEqual([
    ['QQ==', 4],
    ['Qg==', 5],
  ])
})
