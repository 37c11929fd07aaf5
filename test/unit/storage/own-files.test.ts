import { describe, expect, it } from 'vitest'
import { Found, joinPrints, type OwnFiles, ownFiles, withBegun } from '../../../src/lib/storage/own-files.ts'
import { blobItem } from './support/listing-server.ts'

describe('files that are ours', () => {
  const film = blobItem('film.mp4', { size: 7, md5: 'one', lastModified: 5_000 })
  const { md5: _, ...without } = film

  it('are those last written while all were, and those begun since', () => {
    expect(ownFiles({})(film)).toBe(false)
    expect(ownFiles({ filesUntil: 5_000 })(film)).toBe(true)
    expect(ownFiles({ filesUntil: 4_999 })(film)).toBe(false)
    expect(ownFiles({ filesUntil: 4_999, filesBegun: withBegun('', [film]) })(film)).toBe(true)
  })

  it.each([
    ['another name', blobItem('other.mp4', { size: 7, md5: 'one' })],
    ['another length', blobItem('film.mp4', { size: 8, md5: 'one' })],
    ['another MD5', blobItem('film.mp4', { size: 7, md5: 'two' })],
    ['no MD5', without],
  ])('are not those with %s', (_what, other) => {
    expect(ownFiles({ filesBegun: withBegun('', [film]) })(other)).toBe(false)
  })

  it('may have an MD5 that the source lacks', () => {
    expect(ownFiles({ filesBegun: withBegun('', [without]) })(film)).toBe(true)
  })

  it('are noted once, and no more of them than a row has room for, but manifests in any case', () => {
    const many = Array.from({ length: 1_200 }, (_, at) => blobItem(`${at}.m4s`))
    const begun = withBegun(withBegun('', many.slice(0, 900)), many)
    expect(begun).toHaveLength(8_000)
    expect(withBegun(begun, many)).toBe(begun)
    expect(many.filter(ownFiles({ filesBegun: begun }))).toEqual(many.slice(0, 1_000))
    const manifest = blobItem('z.ism')
    expect(ownFiles({ filesBegun: withBegun(begun, [manifest]) })(manifest)).toBe(true)
    expect(withBegun(begun, [blobItem('z.ism.txt')])).toBe(begun)
    // Of several copies together, too.
    const notes = Array.from({ length: 1_200 }, (_, at) => String(10_000_000 + at))
    expect(joinPrints(notes)).toBe(notes.slice(0, 1_100).join(''))
    const found = new Found({})
    for (const item of many) found.add(item)
    expect(found.begun).toHaveLength(8_000)
  })

  it('are, once they were found there, as they were found, and no others', () => {
    const other = blobItem('other.mp4')
    const noted: OwnFiles = { filesUntil: 4_000, filesBegun: withBegun('', [film, other]) }
    const found = new Found(noted)
    for (const item of [film, blobItem('old.mp4', { lastModified: 4_000 })]) found.add(item)
    const isOurs = ownFiles({ ...noted, filesBegun: found.begun })
    expect(found.begun).toHaveLength(8)
    expect(isOurs(film)).toBe(true)
    expect(isOurs({ ...film, etag: '"of somebody else"' })).toBe(false)
    expect(isOurs(other)).toBe(false)
  })
})
