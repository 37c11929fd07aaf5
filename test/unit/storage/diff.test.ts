import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { summarise } from '../../../src/lib/storage/compare.ts'
import { diffListings } from '../../../src/lib/storage/diff.ts'
import type { BlobItem, Difference } from '../../../src/lib/storage/ports.ts'
import { blobItem as anyItem, listing } from './support/arbitrary.ts'
import { gather, ordinally } from './support/gather.ts'
import { blobItem } from './support/listing-server.ts'

/** Pages of two rows, with an empty one after each, as services may answer. */
async function* stream(items: readonly BlobItem[]): AsyncGenerator<Iterable<BlobItem>> {
  for (let at = 0; at < items.length; at += 2) yield* [items.slice(at, at + 2), []]
}

const diff = async (source: readonly BlobItem[], target: readonly BlobItem[]): Promise<Difference[]> =>
  gather(diffListings(stream(source), stream(target)))

const why = async (source: Partial<BlobItem>, target: Partial<BlobItem>) => {
  const [found] = await diff([blobItem('a', source)], [blobItem('a', target)])
  return found?.kind === 'changed' ? found.why : []
}

const names = fc.constantFrom(...'abcdefgh', 'ü', '\u{1f600}', '\uff01', 'B')
const row = fc
  .record({ name: names, size: fc.integer({ min: 0, max: 1 }) })
  .map(({ name, size }) => blobItem(name, { size }))

test('differences are those of a plain comparison by name, in name order', async () => {
  await fc.assert(
    fc.asyncProperty(listing(row), listing(row), async (source, target) => {
      const [left, right] = [
        new Map(source.map(item => [item.name, item])),
        new Map(target.map(item => [item.name, item])),
      ]
      const expected = [...new Set([...left.keys(), ...right.keys()])].toSorted(ordinally).flatMap(name => {
        const [a, b] = [left.get(name), right.get(name)]
        if (a === undefined) return [['extra', name]]
        if (b === undefined) return [['missing', name]]
        return a.size === b.size ? [] : [['changed', name]]
      })
      const found = await diff(source, target)
      expect(found.map(one => [one.kind, one.kind === 'extra' ? one.target.name : one.source.name])).toEqual(expected)
    }),
  )
})

test('P7: a container equals its own copy, however it is made up', async () => {
  await fc.assert(
    fc.asyncProperty(listing(anyItem.map(({ copyPending: _, ...item }) => item)), async source => {
      const copy = source.map(item => ({ ...item, etag: '"copy"', lastModified: item.lastModified + 1_000 }))
      expect(await diff(source, copy)).toEqual([])
    }),
  )
})

describe('what makes a blob changed', () => {
  test.each<[string, Partial<BlobItem>, Partial<BlobItem>, readonly string[]]>([
    ['size', { size: 1 }, { size: 2 }, ['size']],
    ['MD5', { md5: 'a' }, { md5: 'b' }, ['md5']],
    ['content type', { contentType: 'a' }, { contentType: 'b' }, ['contentType']],
    ['content disposition', { contentDisposition: 'a' }, {}, ['contentDisposition']],
    ['content encoding', { contentEncoding: 'gzip' }, {}, ['contentEncoding']],
    ['content language', {}, { contentLanguage: 'en' }, ['contentLanguage']],
    ['cache control', { cacheControl: 'no-cache' }, { cacheControl: 'no-store' }, ['cacheControl']],
    ['a metadata value', { metadata: { a: '1' } }, { metadata: { a: '2' } }, ['metadata']],
    ['surplus metadata', {}, { metadata: { a: '2' } }, ['metadata']],
    ['missing metadata', { metadata: { a: '1', b: '2' } }, { metadata: { a: '1' } }, ['metadata']],
    ['one metadata name for another', { metadata: { a: '1' } }, { metadata: { b: '1' } }, ['metadata']],
    ['one more index tag', { tags: { a: '1', b: '2' } }, { tags: { a: '1' } }, ['tags']],
    ['one index tag less', { tags: { a: '1' } }, { tags: { a: '1', b: '2' } }, ['tags']],
    ['the value of an index tag', { tags: { a: '1' } }, { tags: { a: '2' } }, ['tags']],
    ['one index tag for another', { tags: { a: '1', b: '2' } }, { tags: { a: '1', c: '2' } }, ['tags']],
    ['an index tag with the name of what every object has', { tags: { valueOf: '1' } }, { tags: { b: '1' } }, ['tags']],
    ['index tags that only the source has', { tags: { a: '1' } }, {}, ['tags']],
    ['index tags that only the target has', {}, { tags: { a: '1' } }, ['tags']],
    ['an explicit tier', { tier: 'Cool' }, {}, ['tier']],
    ['an archived twin', {}, { tier: 'Archive' }, ['tier']],
    ['another tier', { tier: 'Cool' }, { tier: 'Hot' }, ['tier']],
    ['an unfinished asynchronous copy in the source', { copyPending: true }, {}, ['copyPending']],
    ['several things', { size: 1, tier: 'Cool', contentType: 'a' }, { size: 2 }, ['contentType', 'size', 'tier']],
    ['an unfinished asynchronous copy in the target', {}, { copyPending: true }, ['copyPending']],
  ])('%s', async (_, source, target, expected) => {
    expect(await why(source, target)).toEqual(expected)
  })

  test.each<[string, Partial<BlobItem>, Partial<BlobItem>]>([
    ['the case of metadata names', { metadata: { Abc: '1' } }, { metadata: { abc: '1' } }],
    ['a tier that the source only infers', {}, { tier: 'Cool' }],
    ['a source archived after it was copied', { tier: 'Archive' }, { tier: 'Hot' }],
    ['a tier that both have', { tier: 'Cool' }, { tier: 'Cool' }],
    ['the order of index tags', { tags: { a: '1', b: '2' } }, { tags: { b: '2', a: '1' } }],
    ['index tags that nobody has', { tags: {} }, {}],
    ['the time of nothing at all', { size: 0, lastModified: 2_000 }, { size: 0, lastModified: 1_000 }],
    ['another ETag', { etag: '"1"' }, { etag: '"2"' }],
    ['a newer source with the same MD5', { lastModified: 2_000 }, { lastModified: 1_000 }],
  ])('not %s', async (_, source, target) => {
    expect(await why(source, target)).toEqual([])
  })

  const { md5: _, ...bare } = blobItem('a')
  test.each([
    ['older than its copy', 1_000, 0],
    ['of the second of its copy', 2_000, 1],
    ['newer than its copy', 3_000, 1],
  ])('without MD5, a source %s', async (_, lastModified, differences) => {
    const found = await diff([{ ...bare, lastModified }], [{ ...bare, lastModified: 2_000 }])
    expect(found.map(one => one.kind === 'changed' && one.why)).toEqual(differences === 0 ? [] : [['lastModified']])
  })
})

test.each([
  ['source', ['b', 'a'], ['c']],
  ['source', ['a', 'a'], []],
  ['target', [], ['b', 'a']],
])('a %s listing out of order is no listing', async (side, source, target) => {
  await expect(
    diff(
      source.map(name => blobItem(name)),
      target.map(name => blobItem(name)),
    ),
  ).rejects.toMatchObject({
    name: 'ServiceError',
    kind: 'refused',
    side,
    message: expect.stringContaining(`listing of the ${side} is out of order at "a"`),
  })
})

test('both listings are ended when the reader leaves early', async () => {
  const ended: string[] = []
  async function* endless(name: string): AsyncGenerator<Iterable<BlobItem>> {
    try {
      for (let n = 0; ; n++) yield [blobItem(`${name}${String(n).padStart(9, '0')}`)]
    } finally {
      ended.push(name)
    }
  }
  for await (const difference of diffListings(endless('a'), endless('b'))) if (difference) break
  expect(ended.toSorted(ordinally)).toEqual(['a', 'b'])
})

describe('the summary', () => {
  const source = [
    blobItem('a', { size: 1 }),
    blobItem('b', { size: 10, tier: 'Archive' }),
    blobItem('c', { size: 100, lastModified: 7e12 }),
  ]

  test('counts', async () => {
    const target = [blobItem('a', { size: 2 }), blobItem('d')]
    expect(await summarise(stream(source), stream(target))).toMatchObject({
      blobs: 3,
      bytes: 111,
      missing: 2,
      changed: 1,
      extra: 1,
      newest: 7e12,
      archived: ['b'],
    })
  })

  test('its digest changes with every source name, size, MD5 and ETag, and with nothing of the target', async () => {
    const digest = async (items: readonly BlobItem[], target: readonly BlobItem[] = []) =>
      (await summarise(stream(items), stream(target))).digest
    const base = await digest(source)
    expect(await digest(source, source)).toBe(base)
    const [first = blobItem('a'), ...rest] = source
    const variants = [{ name: 'A' }, { size: 3 }, { md5: 'x' }, { etag: '"y"' }].map(more => [
      { ...first, ...more },
      ...rest,
    ])
    const digests = await Promise.all([...variants, rest].map(items => digest(items)))
    expect(new Set([base, ...digests]).size).toBe(digests.length + 1)
  })

  test('an archived blob that the target has is in nobody’s way', async () => {
    expect((await summarise(stream(source), stream(source))).archived).toEqual([])
  })
})
