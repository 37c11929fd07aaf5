/** What a player finds in a manifest: where the first segment is, and where the key. Pure; all three formats. */

/** Addresses as they stand in the manifest, relative ones included. */
export interface Found {
  /** Of HLS, the playlist of one quality, which has to be read first. */
  readonly playlist?: string
  readonly segment?: string
  /** Where an AES key is asked for; licences are told of by their systems, which only a player can ask. */
  readonly key?: string
}

const decoded = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&')

/** RFC 8216: a line that is neither empty nor begins with # is an address. */
const firstAddress = (text: string): string | undefined =>
  text
    .split(/\r?\n/)
    .map(line => line.trim())
    .find(line => line !== '' && !line.startsWith('#'))

/** Of a line that names a key; longer ones are nobody's playlist. */
const longestLine = 4_096

const hls = (text: string): Found => {
  const address = firstAddress(text)
  if (address === undefined) return {}
  if (text.includes('#EXT-X-STREAM-INF')) return { playlist: address }
  const key = text
    .split(/\r?\n/)
    .filter(line => line.startsWith('#EXT-X-KEY:') && line.length < longestLine && line.includes('METHOD=AES-128'))
    .map(line => /\bURI="([^"]+)"/.exec(line)?.[1])
    .find(uri => uri !== undefined)
  return { segment: address, ...(key === undefined ? {} : { key }) }
}

const dash = (text: string): Found => {
  const template = /<SegmentTemplate\b[^>]*\binitialization="([^"]+)"/.exec(text)?.[1]
  const [representation = ''] = /<Representation\b[^>]*>/.exec(text) ?? []
  const attribute = (name: string) => new RegExp(`\\b${name}="([^"]*)"`).exec(representation)?.[1] ?? ''
  if (template === undefined) return {}
  const segment = decoded(template)
    .replaceAll('$Bandwidth$', attribute('bandwidth'))
    .replaceAll('$RepresentationID$', attribute('id'))
  return { segment }
}

const smooth = (text: string): Found => {
  const [stream = ''] = /<StreamIndex\b[^>]*\bType="video"[\s\S]*?<\/StreamIndex>/.exec(text) ?? []
  const template = /\bUrl="([^"]+)"/.exec(stream)?.[1]
  const bitrate = /<QualityLevel\b[^>]*\bBitrate="(\d+)"/.exec(stream)?.[1]
  const start = /<c\b[^>]*\bt="(\d+)"/.exec(stream)?.[1] ?? '0'
  if (template === undefined || bitrate === undefined) return {}
  return { segment: decoded(template).replace('{bitrate}', bitrate).replace('{start time}', start) }
}

/** Nothing for a text that is no manifest. */
export const readManifest = (text: string): Found => {
  if (text.startsWith('#EXTM3U')) return hls(text)
  if (/<MPD\b/.test(text)) return dash(text)
  return /<SmoothStreamingMedia\b/.test(text) ? smooth(text) : {}
}
