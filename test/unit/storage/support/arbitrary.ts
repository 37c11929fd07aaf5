import fc from 'fast-check'
import type { BlobItem } from '../../../../src/lib/storage/ports.ts'

/** Every character that a blob name may have, most of all those that mean something to XML, addresses or HTTP. */
const character = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...'abcXYZ019-_.~/ %#?+&<>"\'\\=;:@!$*()[]{}|^`,\t\r\n') },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      'ü',
      'é',
      'ß',
      '日',
      '本',
      '\u{1f600}',
      '\u{10ffff}',
      '\uffff',
      '\ufffe',
      '\u0001',
      '\u00a0',
      '\ufeff',
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }).filter(unit => unit !== '\0') },
)

export const blobName = fc
  .oneof(
    fc.string({ unit: character, minLength: 1, maxLength: 40 }),
    fc.string({ unit: character, minLength: 1024, maxLength: 1024 }),
  )
  .map(name => name.slice(0, 1024))
  .filter(name => name.isWellFormed() && name.length > 0)

const text = fc.string({ unit: fc.constantFrom(...'ab <>&"\'é日'), minLength: 1, maxLength: 8 })
/** What keys and values of index tags are made of. */
const tagText = fc.string({ unit: fc.constantFrom(...'aZ09 +-.:=_/'), minLength: 1, maxLength: 12 })
const second = fc.integer({ min: 0, max: 100 }).map(after => Date.UTC(2026, 0, 1) + after * 1_000)

export const blobItem: fc.Arbitrary<BlobItem> = fc.record(
  {
    name: blobName,
    size: fc.oneof(fc.integer({ min: 0, max: 3 }), fc.maxSafeNat()),
    etag: fc.integer({ min: 0, max: 2 ** 40 }).map(value => `"0x${value.toString(16)}"`),
    lastModified: second,
    blobType: fc.constantFrom('BlockBlob' as const, 'AppendBlob' as const, 'PageBlob' as const),
    metadata: fc.dictionary(fc.constantFrom('a', 'Key', '__proto__', 'constructor', 'Name', 'x_1'), text, {
      maxKeys: 3,
    }),
    md5: fc.constantFrom('AAAAAAAAAAAAAAAAAAAAAA==', '1B2M2Y8AsgTpgAmY7PhCfg=='),
    contentType: text,
    contentEncoding: text,
    contentLanguage: text,
    contentDisposition: text,
    cacheControl: text,
    tier: fc.constantFrom('Hot' as const, 'Cool' as const, 'Cold' as const, 'Archive' as const),
    copyPending: fc.constant(true as const),
    tags: fc.dictionary(tagText, tagText, { minKeys: 1, maxKeys: 10 }),
  },
  { requiredKeys: ['name', 'size', 'etag', 'lastModified', 'blobType', 'metadata'] },
)

/** A container's listing: names unique and in order. */
export const listing = (items: fc.Arbitrary<BlobItem>, maxLength = 12): fc.Arbitrary<readonly BlobItem[]> =>
  fc
    .uniqueArray(items, { selector: item => item.name, maxLength })
    .map(rows => rows.toSorted((a, b) => (a.name < b.name ? -1 : 1)))
