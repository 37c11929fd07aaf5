import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PageParser } from '../../../src/lib/storage/listing-page.ts'
import { blobItem, listing } from './support/arbitrary.ts'
import { pageXml } from './support/listing-xml.ts'

const parse = (xml: string | Uint8Array, cuts: readonly number[] = []) => {
  const bytes = typeof xml === 'string' ? new TextEncoder().encode(xml) : xml
  const parser = new PageParser()
  let from = 0
  for (const cut of [...new Set(cuts.map(cut => cut % bytes.length))].toSorted((a, b) => a - b)) {
    parser.write(bytes.subarray(from, cut))
    from = cut
  }
  parser.write(bytes.subarray(from))
  const { items, ...page } = parser.end()
  return { ...page, items: [...items] }
}

const page = (blobs: string) => `<EnumerationResults><Blobs>${blobs}</Blobs><NextMarker/></EnumerationResults>`
const properties =
  '<Properties><Etag>0x1</Etag><Content-Length>7</Content-Length><Last-Modified>Tue, 24 Nov 2026 00:00:00 GMT</Last-Modified><BlobType>BlockBlob</BlobType></Properties>'
const nameOf = (xml: string) => parse(page(`<Blob>${xml}${properties}</Blob>`)).items[0]?.name

test('a listing survives being written as XML and read in chunks cut anywhere', () => {
  fc.assert(
    fc.property(listing(blobItem), fc.string(), fc.array(fc.nat(), { maxLength: 30 }), (items, next, cuts) => {
      const marker = encodeURIComponent(next.toWellFormed())
      const read = parse(pageXml(items, marker), cuts)
      expect(read.items).toEqual(items)
      expect(read.next ?? '').toBe(marker)
    }),
    { numRuns: 400 },
  )
})

test('a listing read one byte at a time is the same', () => {
  fc.assert(
    fc.property(listing(blobItem, 2), items => {
      const bytes = new TextEncoder().encode(pageXml(items))
      expect(parse(bytes, [...bytes.keys()]).items).toEqual(items)
    }),
    { numRuns: 20 },
  )
})

test('P2: a listing that is cut short anywhere is refused, whatever it held', () => {
  fc.assert(
    fc.property(listing(blobItem, 3), fc.nat(), (items, at) => {
      const bytes = new TextEncoder().encode(pageXml(items))
      const cut = bytes.subarray(0, at % bytes.length)
      expect(() => parse(cut)).toThrow()
    }),
    { numRuns: 400 },
  )
})

describe('what services write', () => {
  test.each([
    ['numeric and named entities', '<Name>&#x41;&#66;&amp;&lt;&gt;&quot;&apos;&#128512;</Name>', 'AB&<>"\'\u{1f600}'],
    ['encoded names', '<Name Encoded="true">a%EF%BF%BF%2520b</Name>', 'a\uffff%20b'],
    ['attributes in any order and quotes', `<Name other='>"' Encoded='true' >a%20b</Name>`, 'a b'],
    ['names that only look encoded', '<Name Encoded="false">a%20b</Name>', 'a%20b'],
    ['CDATA and comments inside a name', '<Name>a<![CDATA[<&>]]><!-- <x> -->b</Name>', 'a<&>b'],
    ['blanks', '<Name> a  </Name>', ' a  '],
  ])('%s', (_, xml, expected) => {
    expect(nameOf(xml)).toBe(expected)
  })

  test('an empty container, in both spellings', () => {
    expect(parse(page(''))).toEqual({ items: [] })
    expect(parse('<EnumerationResults><Blobs/><NextMarker></NextMarker></EnumerationResults>')).toEqual({ items: [] })
  })

  test('an inferred tier is no tier', () => {
    const tier = (more: string) =>
      parse(page(`<Blob><Name>a</Name>${properties.replace('</P', `<AccessTier>Cool</AccessTier>${more}</P`)}</Blob>`))
        .items[0]?.tier
    expect(tier('')).toBe('Cool')
    expect(tier('<AccessTierInferred>true</AccessTierInferred>')).toBeUndefined()
  })
})

describe('what is no listing is refused', () => {
  test.each([
    ['another document', '<Error><Code>x</Code></Error>'],
    ['a document type', '<!DOCTYPE a [<!ENTITY x "y">]><EnumerationResults><Blobs/></EnumerationResults>'],
    ['an unknown entity', page(`<Blob><Name>&x;</Name>${properties}</Blob>`)],
    ['a bare ampersand', page(`<Blob><Name>a & b</Name>${properties}</Blob>`)],
    ['crossed tags', '<EnumerationResults><Blobs></EnumerationResults></Blobs>'],
    ['a row without a name', page(`<Blob>${properties}</Blob>`)],
    ['a row without a size', page('<Blob><Name>a</Name><Properties><Etag>1</Etag></Properties></Blob>')],
    ['a size that is no number', page(`<Blob><Name>a</Name>${properties.replace('>7<', '>7x<')}</Blob>`)],
    ['something after the end', `${page('')}<EnumerationResults/>`],
    ['nothing', ''],
    ['a bad encoded name', page(`<Blob><Name Encoded="true">%E0%A4%A</Name>${properties}</Blob>`)],
  ])('%s', (_, xml) => {
    expect(() => parse(xml)).toThrow()
  })

  test('bytes that are no UTF-8', () => {
    expect(() => parse(Uint8Array.from([...new TextEncoder().encode('<EnumerationResults>'), 0xff]))).toThrow('UTF-8')
  })
})
