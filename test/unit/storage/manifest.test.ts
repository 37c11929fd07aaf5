import { expect, test } from 'vitest'
import { namedFiles } from '../../../src/lib/storage/manifest.ts'

const ism = (body: string, head = '') => `<?xml version="1.0" encoding="utf-8" standalone="yes"?>
<smil xmlns="http://www.w3.org/2001/SMIL20/Language">
  <head>
    <meta name="formats" content="mp4" />
    ${head}
  </head>
  <body><switch>${body}</switch></body>
</smil>`

test('the files of the tracks and the client manifest, each once', () => {
  const tracks = `
    <video src="ignite_320x180_320.mp4" systemBitrate="320000"><param name="trackID" value="1" valuetype="data" /></video>
    <video systemBitrate='640000' src='a &amp; b.mp4'/>
    <audio src="ignite_320x180_320.mp4" systemBitrate="128000" />
    <textstream src="captions.en.cmft" />`
  expect(namedFiles(ism(tracks, '<meta content="ignite.ismc" name="clientManifestRelativePath" />'))).toEqual([
    'ignite.ismc',
    'ignite_320x180_320.mp4',
    'a & b.mp4',
    'captions.en.cmft',
  ])
})

test('prefixes, capitals and a byte order mark do not hide a track', () => {
  expect(namedFiles(`\ufeff<s:smil xmlns:s="x"><s:Video src="a.mp4"></s:Video></s:smil>`)).toEqual(['a.mp4'])
})

test('a live or empty manifest names nothing', () => {
  expect(namedFiles(ism('<video src="" /><audio />'))).toEqual([])
})

test.each(['', 'not xml', '<smil><body>', '<smil><video src="a.mp4"></smil>'])('%j is refused', text => {
  expect(() => namedFiles(text)).toThrow(expect.objectContaining({ name: 'ServiceError', kind: 'refused' }))
})
