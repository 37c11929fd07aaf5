import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { readManifest } from '../../../../src/lib/media/playback/manifests.ts'

it('finds the first segment of a smooth manifest', () => {
  const text = readFileSync(new URL('../../../../local/sample/city.ismc', import.meta.url), 'utf8')
  expect(readManifest(text)).toEqual({ segment: 'QualityLevels(327710)/Fragments(video=0)' })
})

it('finds the initialization segment of a DASH manifest, by bandwidth or by id', () => {
  const dash = (template: string) =>
    `<MPD><Period><AdaptationSet><SegmentTemplate initialization="${template}"/><Representation id="v1" bandwidth="500"/></AdaptationSet></Period></MPD>`
  expect(readManifest(dash('QualityLevels($Bandwidth$)/Fragments(video=i,format=mpd-time-csf)')).segment).toBe(
    'QualityLevels(500)/Fragments(video=i,format=mpd-time-csf)',
  )
  expect(readManifest(dash('$RepresentationID$/init.mp4?a=1&amp;b=2')).segment).toBe('v1/init.mp4?a=1&b=2')
})

it('tells a playlist of playlists from one of segments, and an AES key from the keys of licences', () => {
  expect(readManifest('#EXTM3U\r\n#EXT-X-STREAM-INF:BANDWIDTH=1\r\nlow.m3u8\r\n')).toEqual({ playlist: 'low.m3u8' })
  const media = (key: string) => `#EXTM3U\n#EXT-X-KEY:${key}\n#EXTINF:2,\n1.ts\n`
  expect(readManifest(media('METHOD=AES-128,URI="https://k/?kid=1",IV=0x0'))).toEqual({
    segment: '1.ts',
    key: 'https://k/?kid=1',
  })
  expect(readManifest(media('METHOD=SAMPLE-AES,URI="skd://k"'))).toEqual({ segment: '1.ts' })
})

it.each(['', 'hello', '{}', '#EXTM3U\n', '<MPD/>', '<SmoothStreamingMedia/>'])('finds nothing in %j', text => {
  expect(readManifest(text)).toEqual({})
})
