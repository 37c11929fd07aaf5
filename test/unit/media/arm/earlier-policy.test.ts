/** Secrets of a content key policy that may be those of an earlier state than the account has shown. */
import { describe, expect, it } from 'vitest'
import { isEarlierPolicy } from '../../../../src/lib/media/arm/read-resources.ts'

const at = (lastModified: string) => ({ name: 'p', policyId: 'id', created: lastModified, lastModified })
const shown = at('2024-05-01T10:00:12.347Z')
const minute = 60_000
const now = Date.parse(shown.lastModified) + minute

describe('P1: secrets of an earlier state', () => {
  it.each([{ lastModified: '2024-05-01T10:00:11.9Z' }, { properties: { lastModified: '2024-05-01T10:00:09Z' } }])(
    'are known by their time: %j',
    body => expect(isEarlierPolicy(body, shown, now)).toBe(true),
  )
})

describe('P3: nobody waits for ever for secrets', () => {
  it.each([
    ['the same time', { lastModified: '2024-05-01T10:00:12.347Z' }],
    ['a later one', { lastModified: '2024-05-01T10:00:13Z' }],
    ['fewer digits', { lastModified: '2024-05-01T10:00:12Z' }],
    ['the time before it was rounded', { lastModified: '2024-05-01T10:00:12.3459001Z' }],
    ['no time', {}],
    ['nothing for it', { lastModified: null }],
    ['a time without its zone', { lastModified: '2024-05-01T10:00:11' }],
  ])('of an answer with %s', (_, body) => expect(isEarlierPolicy(body, shown, now)).toBe(false))

  it.each(['0001-01-01T00:00:00Z', '2024-05-01T09:00:00Z'])('of one that always tells %s', lastModified => {
    expect(isEarlierPolicy({ lastModified }, shown, now)).toBe(true)
    expect(isEarlierPolicy({ lastModified }, shown, now + 10 * minute)).toBe(false)
  })
})
