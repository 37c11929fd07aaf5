/** The manifests that an encoder of the media service leaves beside its files. */
import type { Mp4 } from './mp4.ts'

export interface Track {
  readonly file: string
  readonly kind: 'video' | 'audio'
  /** Bits a second. */
  readonly bitrate: number
  readonly width?: number
  readonly height?: number
  readonly mp4: Mp4
}

const ticks = 10_000_000

export const serverManifest = (name: string, tracks: readonly Track[], captions: string): string => {
  const lines = tracks.map(
    ({
      file,
      kind,
      bitrate,
    }) => `      <${kind} src="${file}" systemBitrate="${bitrate}"${kind === 'audio' ? ' systemLanguage="en"' : ''}>
        <param name="trackID" value="1" valuetype="data" />
        <param name="trackName" value="${kind === 'audio' ? 'aac_en' : 'video'}" valuetype="data" />
      </${kind}>`,
  )
  return `<?xml version="1.0" encoding="utf-8"?>
<smil xmlns="http://www.w3.org/2001/SMIL20/Language">
  <head>
    <meta name="clientManifestRelativePath" content="${name}.ismc" />
    <meta name="formats" content="mp4" />
  </head>
  <body>
    <switch>
${lines.join('\n')}
      <textstream src="${captions}" systemLanguage="en">
        <param name="trackName" value="captions_en" valuetype="data" />
      </textstream>
    </switch>
  </body>
</smil>
`
}

const qualityLevel = (track: Track, index: number): string =>
  track.kind === 'audio'
    ? `    <QualityLevel Index="${index}" Bitrate="${track.bitrate}" FourCC="AACL" SamplingRate="48000" Channels="2" BitsPerSample="16" PacketSize="4" AudioTag="255" CodecPrivateData="1190" />`
    : `    <QualityLevel Index="${index}" Bitrate="${track.bitrate}" FourCC="H264" MaxWidth="${track.width}" MaxHeight="${track.height}" CodecPrivateData="${codecData(track.mp4)}" />`

const codecData = ({ video }: Mp4): string =>
  video === undefined ? '' : [video.sps, video.pps].map(set => `00000001${set.toString('hex').toUpperCase()}`).join('')

/** One stream of tracks whose fragments are cut at the same times. */
const stream = (kind: Track['kind'], name: string, tracks: readonly Track[]): string => {
  const [first] = tracks
  if (first === undefined) return ''
  const scaled = (units: number) => Math.round((units * ticks) / first.mp4.timescale)
  const chunks = first.mp4.fragments.map(
    ({ time, duration }, n) => `    <c n="${n}" t="${scaled(time)}" d="${scaled(time + duration) - scaled(time)}" />`,
  )
  const language = kind === 'audio' ? ' Language="en"' : ` MaxWidth="${first.width}" MaxHeight="${first.height}"`
  return `  <StreamIndex Type="${kind}" Name="${name}"${language} Chunks="${chunks.length}" QualityLevels="${tracks.length}" Url="QualityLevels({bitrate})/Fragments(${name}={start time})">
${tracks.map(qualityLevel).join('\n')}
${chunks.join('\n')}
  </StreamIndex>
`
}

export const clientManifest = (tracks: readonly Track[]): string => {
  const end = Math.max(
    ...tracks.map(({ mp4 }) => {
      const last = mp4.fragments.at(-1)
      return last === undefined ? 0 : Math.round(((last.time + last.duration) * ticks) / mp4.timescale)
    }),
  )
  const of = (kind: Track['kind']) => tracks.filter(track => track.kind === kind)
  return `<?xml version="1.0" encoding="utf-8"?>
<SmoothStreamingMedia MajorVersion="2" MinorVersion="2" TimeScale="${ticks}" Duration="${end}">
${stream('audio', 'aac_en', of('audio'))}${stream('video', 'video', of('video'))}</SmoothStreamingMedia>
`
}
