import { expect, it } from 'vitest'
import type { StreamingPath } from '../../../../src/lib/media/delivery.ts'
import type { ContentKey, Locator } from '../../../../src/lib/media/resources.ts'
import { Secret } from '../../../../src/lib/secret.ts'
import { ServiceError } from '../../../../src/lib/service-error.ts'
import { asking } from '../../../../src/lib/status/readiness/asking.ts'
import { playTitle } from '../../../../src/lib/status/readiness/play-title.ts'

const id = '0cf1a6b2-52ab-4c3e-9f5b-6a2a1d1f0e02'
const bytes = Buffer.from('AAECAwQFBgcICQoLDA0ODw==', 'base64')
const origin = 'https://west-usw22.streaming.example'
const base = `${origin}/0cf1/film.ism`
const keyUrl = `https://west.keys.example/?kid=${id}`
const locator = { name: 'film-aes', streamingPolicyName: 'aes', contentKeys: [{ id }] } as unknown as Locator
const paths: readonly StreamingPath[] = [
  { protocol: 'Dash', encryption: 'EnvelopeEncryption', paths: ['/0cf1/film.ism/manifest(format=mpd)'] },
  { protocol: 'Hls', encryption: 'EnvelopeEncryption', paths: ['/0cf1/film.ism/manifest(format=m3u8-aapl)'] },
]
const whole: Readonly<Record<string, string | Buffer>> = {
  [`${base}/manifest(format=m3u8-aapl)`]: '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nQualityLevels(1)/Manifest(video)\n',
  [`${base}/QualityLevels(1)/Manifest(video)`]: `#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="${keyUrl}"\n#EXTINF:2,\nFragments(video=0)\n`,
  [`${base}/QualityLevels(1)/Fragments(video=0)`]: 'a fragment',
  [keyUrl]: bytes,
}

const play = async (
  hosts: Readonly<Record<string, string | Buffer | number>>,
  contentKeys: () => Promise<readonly ContentKey[]> = async () => [
    { id, type: 'EnvelopeEncryption', value: new Secret(bytes.toString('base64')) },
  ],
  there: Locator | undefined | Readonly<Record<string, Locator>> = locator,
  locators: readonly string[] = ['film-aes'],
) => {
  const { ask, troubles } = asking('west')
  const { answer } = await playTitle(
    {
      reader: {
        locator: async name =>
          there !== undefined && name in there ? there[name as never] : (there as Locator | undefined),
      },
      delivery: { paths: async () => paths },
      contentKeys,
      host: new URL(origin).host,
      fetch: async (url, most) => {
        const found = hosts[url] ?? 404
        const status = typeof found === 'number' ? found : 200
        return { status, bytes: Buffer.from(typeof found === 'number' ? '' : found).subarray(0, most), milliseconds: 1 }
      },
      ask,
      now: Date.parse('2030-06-01T00:00:00Z'),
    },
    { asset: 'film', locators, why: 'newest' },
  )
  const { manifest, segment, key } = answer
  return { answer, troubles: troubles(), results: [manifest.result, segment.result, key.result] }
}

it('P6: proves the key by comparison, finds another one, and shows neither', async () => {
  const { results, answer } = await play(whole)
  expect(results).toEqual(['proven', 'proven', 'proven'])
  const other = await play({ ...whole, [keyUrl]: Buffer.alloc(16, 7) })
  expect(other.results).toEqual(['proven', 'proven', 'failed'])
  expect(other.answer.key.detail).toBe('another key than the locator has')
  for (const text of [JSON.stringify(answer), JSON.stringify(other.answer)])
    for (const value of [bytes, Buffer.alloc(16, 7)])
      for (const form of ['base64', 'hex'] as const) expect(text).not.toContain(value.toString(form))
})

it.each([
  [
    'an origin that does not answer',
    { ...whole, [`${base}/manifest(format=m3u8-aapl)`]: 0 },
    'failed notAsked notAsked',
  ],
  [
    'a manifest that is none',
    { ...whole, [`${base}/manifest(format=m3u8-aapl)`]: 'hello' },
    'failed notAsked notAsked',
  ],
  [
    'a playlist that is missing',
    { ...whole, [`${base}/QualityLevels(1)/Manifest(video)`]: 404 },
    'failed notAsked notAsked',
  ],
  [
    'a segment that is empty',
    { ...whole, [`${base}/QualityLevels(1)/Fragments(video=0)`]: '' },
    'proven failed proven',
  ],
  ['key delivery that wants a token', { ...whole, [keyUrl]: 401 }, 'proven proven answered'],
  ['key delivery that does not know the key', { ...whole, [keyUrl]: 404 }, 'proven proven failed'],
  ['a key of the wrong length', { ...whole, [keyUrl]: 'a page of a proxy' }, 'proven proven failed'],
])('%s', async (_, hosts, wanted) => {
  expect((await play(hosts)).results.join(' ')).toBe(wanted)
})

it('P9: a key that no call is left to compare with is told as answered, and the missing call is named', async () => {
  const { results, troubles } = await play(whole, async () => {
    throw new ServiceError('budgetUsed', 'west: kept')
  })
  expect(results).toEqual(['proven', 'proven', 'answered'])
  expect(troubles).toEqual([
    { code: 'AnswerIncomplete', weight: 'limits', names: ['west: streamingLocators/listContentKeys/action'] },
  ])
})

it('P8: a locator that has ended, or not begun, is passed over for one that plays, and alone is no failure', async () => {
  const ended = { ...locator, name: 'ended', endTime: '2030-05-01T00:00:00.0000000Z' } as Locator
  const later = { ...locator, name: 'later', startTime: '2030-07-01T00:00:00Z' } as Locator
  const open = { ...locator, endTime: '9999-12-31T23:59:59.9999999Z' } as Locator
  const both = await play(whole, undefined, { ended, later, 'film-aes': open }, ['ended', 'later', 'film-aes'])
  expect(both.answer).toMatchObject({ locator: 'film-aes', manifest: { result: 'proven' } })
  const { answer, results } = await play(whole, undefined, { ended }, ['ended'])
  expect(results).toEqual(['notAsked', 'notAsked', 'notAsked'])
  expect(answer.manifest.detail).toBe('outside of its times')
})
