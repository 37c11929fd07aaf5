import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { looksSecret, shown } from '../../../src/lib/config/masking.ts'
import { nearest } from '../../../src/lib/config/nearest.ts'

describe('shown', () => {
  it.each([
    ['a storage key', 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=='],
    ['a SAS', '?sv=2021&sig=abc'],
    ['a connection string', 'AccountName=a;AccountKey=b'],
    ['a token', 'eyJhbGciOi'],
    ['a hexadecimal key', '0123456789abcdef0123456789abcdef'],
    ['a password in an address', 'https://user:pw@host'],
  ])('P6: hides %s', (_, text) => {
    expect(shown(text)).not.toContain(text)
  })

  it.each([
    '00000000-0000-0000-0000-000000000001',
    'contosoeast',
    '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/media-east',
    'East US 2',
  ])('shows %s', text => {
    expect(looksSecret(text)).toBe(false)
  })

  it('P6: hides every random key of 32 bytes in base64', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 64 }), bytes => {
        const key = Buffer.from(bytes).toString('base64')
        fc.pre(/[a-z]/.test(key) && /[A-Z]/.test(key) && /[0-9]/.test(key) && !/^(.)\1{8}/.test(key))
        expect(shown(key)).not.toContain(key.slice(0, 16))
      }),
    )
  })
})

describe('nearest', () => {
  it('names what was most likely meant, and nothing for something else', () => {
    expect(nearest('endpiont', ['endpoint', 'location'])).toBe('endpoint')
    expect(nearest('Locaton', ['endpoint', 'location'])).toBe('location')
    expect(nearest('rewriteUrls', ['endpoint', 'location'])).toBeUndefined()
  })
})
