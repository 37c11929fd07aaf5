import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { redact } from '../../../src/lib/media/redact.ts'

describe('P6: what a service says is made fit for logs', () => {
  test.each([
    'The requested resource was not found.',
    "The storage container is used by another asset already: 'asset-5a510eac-c1a4-49b2-92f3-9d620ba720ec'",
    "Content key id '74e02fd1-1728-4c78-aa43-d60c0134b3b3' already exists, please choose another one.",
    'Number of requests exceeded. Please try again after 6 seconds. SubscriptionRequestsThrottled',
  ])('leaves alone: %s', message => {
    expect(redact(message)).toBe(message)
  })

  test.each([
    ['SAS', 'see https://s.blob.core.windows.net/c?sv=2019&sig=abcdef%3D&se=x now', 'sig=abc'],
    ['a lone signature', 'sig=abcdef%3D', 'abcdef'],
    ['bearer token', 'Bearer opaque-token', 'opaque-token'],
    ['JWT', 'token eyJhbGciOi.eyJzdWIi.c2lnbmF0dXJl', 'eyJ'],
    ['hex', 'ask 3c1e2ff7bd6f46ca84566b02959c7ed5', '3c1e2ff7'],
    ['short base64', 'value dmFsdWQ= is bad', 'dmFsdWQ'],
  ])('hides %s', (_, message, secret) => {
    expect(redact(message)).not.toContain(secret)
  })

  test('hides 16-byte keys in base64, base64url and hex, wherever they stand', () => {
    const key = fc.uint8Array({ minLength: 16, maxLength: 64 }).map(bytes => Buffer.from(bytes))
    // All-equal and other patterned bytes are no keys; the generator is seeded with random ones.
    const random = fc.constant(0).map(() => randomBytes(16))
    fc.assert(
      fc.property(
        fc.oneof(
          random,
          key.filter(bytes => new Set(bytes).size > 12),
        ),
        fc.constantFrom('base64', 'base64url', 'hex'),
        (bytes, form) => {
          const text = bytes.toString(form as BufferEncoding)
          expect(redact(`Bad value '${text}' of key`)).not.toContain(text)
          expect(redact(`{"value":"${text}"}`)).not.toContain(text)
        },
      ),
      { numRuns: 2000 },
    )
  })

  test('hides what was sent, whatever it looks like', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, maxLength: 40 }).filter(text => !'[redacted]'.includes(text)),
        secret => {
          const shown = redact(`before ${secret} after`, [secret]).replaceAll('[redacted]', '')
          if (!'before  after'.includes(secret.trim())) expect(shown).not.toContain(secret)
        },
      ),
    )
  })

  test('is one line of at most 300 characters', () => {
    expect(redact('a b\nc'.repeat(200))).toHaveLength(300)
    expect(redact('a\n\r\tb')).toBe('a b')
  })
})
