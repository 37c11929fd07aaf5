import { expect, it } from 'vitest'
import type { StreamingPath } from '../../../../src/lib/media/delivery.ts'
import type { ContentKey, Locator } from '../../../../src/lib/media/resources.ts'
import { Secret } from '../../../../src/lib/secret.ts'
import { ServiceError } from '../../../../src/lib/service-error.ts'
import { asking } from '../../../../src/lib/status/readiness/asking.ts'
import { playTitle } from '../../../../src/lib/status/readiness/play-title.ts'
import { remembering } from '../../../../src/lib/status/readiness/remembered.ts'

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

/** In place of a status: a host that nobody asks. */
const elsewhere = -1

const play = async (
  hosts: Readonly<Record<string, string | Buffer | number>>,
  contentKeys: () => Promise<readonly ContentKey[]> = async () => [
    { id, type: 'EnvelopeEncryption', value: new Secret(bytes.toString('base64')) },
  ],
  there: Locator | undefined | Readonly<Record<string, Locator>> = locator,
  locators: readonly string[] = ['film-aes'],
  remembered = remembering(() => 0, 1),
  asked: string[] = [],
) => {
  const { ask, troubles } = asking('west')
  const { answer } = await playTitle(
    {
      reader: {
        locator: async name =>
          there !== undefined && name in there ? there[name as never] : (there as Locator | undefined),
      },
      delivery: {
        paths: async name => {
          asked.push(name)
          return paths
        },
      },
      contentKeys,
      host: new URL(origin).host,
      fetch: async (url, most) => {
        const found = hosts[url] ?? 404
        if (found === elsewhere)
          return { status: 0, bytes: new Uint8Array(), milliseconds: 0, foreign: new URL(url).host }
        const status = typeof found === 'number' ? found : 200
        return { status, bytes: Buffer.from(typeof found === 'number' ? '' : found).subarray(0, most), milliseconds: 1 }
      },
      remembered,
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

it('P8: what leads to a host that is not ours is told as not asked, with the host, and is no failure', async () => {
  const manifest = `${base}/manifest(format=m3u8-aapl)`
  const segment = `${base}/QualityLevels(1)/Fragments(video=0)`
  const key = await play({ ...whole, [keyUrl]: elsewhere })
  expect(key.results).toEqual(['proven', 'proven', 'notAsked'])
  expect(key.answer.key).toEqual({
    result: 'notAsked',
    detail: 'west.keys.example is no host of ours',
    host: 'west.keys.example',
  })
  expect((await play({ ...whole, [segment]: elsewhere })).results).toEqual(['proven', 'notAsked', 'proven'])
  expect((await play({ ...whole, [manifest]: elsewhere })).results).toEqual(['notAsked', 'notAsked', 'notAsked'])
})

it('P6, P9: the scarcest limit is spent once for paths and key, until they fail, another key comes or all is old', async () => {
  let [now, calls] = [0, 0]
  const remembered = remembering(() => now, 1000)
  const asked: string[] = []
  const key = async () => {
    const contentKeys = async () => {
      calls += 1
      return [{ id, type: 'EnvelopeEncryption', value: new Secret(bytes.toString('base64')) }] as const
    }
    return (await play(hosts, contentKeys, locator, undefined, remembered, asked)).answer.key.result
  }
  let hosts: Parameters<typeof play>[0] = whole
  expect([await key(), await key(), calls]).toEqual(['proven', 'proven', 1])
  hosts = { ...whole, [keyUrl]: Buffer.alloc(16, 7) }
  expect([await key(), await key(), calls]).toEqual(['failed', 'failed', 3])
  hosts = whole
  expect([await key(), calls]).toEqual(['proven', 3])
  expect(asked.length).toBe(1)
  now = 1000
  expect([await key(), calls, asked.length]).toEqual(['proven', 4, 2])
  hosts = { ...whole, [`${base}/manifest(format=m3u8-aapl)`]: 404 }
  expect([await key(), await key(), asked.length]).toEqual(['notAsked', 'notAsked', 3])
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
