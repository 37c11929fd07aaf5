/**
 * Tracks in the manifests of an asset: the server manifest (.ism) names the file of each, the client manifest (.ismc)
 * their streams. Pure edits of XML text: what is not about the track stays as it is, to the last character.
 */

export type TrackKind = 'video' | 'audio' | 'textstream'

/** An element of the server manifest. Several videos of one name are the qualities of one track. */
export interface ManifestTrack {
  readonly kind: TrackKind
  readonly attributes: Readonly<Record<string, string>>
  /** `param` elements by name. */
  readonly params: Readonly<Record<string, string>>
}

const attribute = `[\\w:.-]+\\s*=\\s*(?:"[^"]*"|'[^']*')`
/** A whole element with the white space before it, or a comment, which is never looked into. */
const elementsOf = (names: string) =>
  new RegExp(`<!--[\\s\\S]*?-->|\\s*<(${names})((?:\\s+${attribute})*)\\s*(?:/>|>([\\s\\S]*?)</\\1\\s*>)`, 'g')

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
const decode = (text: string): string => text.replaceAll(/&(\w+);/g, (all, name: string) => entities[name] ?? all)
const encode = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

const attributesOf = (text: string): Record<string, string> =>
  Object.fromEntries(
    [...text.matchAll(/([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)].map(([, name = '', double, single]) => [
      name,
      decode(double ?? single ?? ''),
    ]),
  )

const paramsOf = (text: string): Record<string, string> =>
  Object.fromEntries(
    [...text.matchAll(elementsOf('param'))].flatMap(([, , attributes]) => {
      const { name, value } = attributesOf(attributes ?? '')
      return name === undefined ? [] : [[name, value ?? '']]
    }),
  )

const trackOf = ([, kind = '', attributes = '', inner = '']: readonly (string | undefined)[]): ManifestTrack => ({
  kind: kind as TrackKind,
  attributes: attributesOf(attributes),
  params: paramsOf(inner),
})

const kinds = 'video|audio|textstream'

/** The name that its maker gave to it; without one it is called by its kind. */
export const trackName = ({ kind, params }: ManifestTrack): string =>
  params.trackName ?? (kind === 'textstream' ? 'text' : kind)

const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase()

/** In the order of the manifest; of several elements with one name the first. */
export const tracksOf = (ism: string): ManifestTrack[] => {
  const all = [...ism.matchAll(elementsOf(kinds))].filter(([, kind]) => kind !== undefined).map(trackOf)
  return all.filter((track, index) => all.findIndex(other => same(trackName(other), trackName(track))) === index)
}

export const findTrack = (ism: string, name: string): ManifestTrack | undefined =>
  tracksOf(ism).find(track => same(trackName(track), name))

const written = ({ kind, attributes, params }: ManifestTrack): string => {
  const shown = Object.entries(attributes).map(([name, value]) => ` ${name}="${encode(value)}"`)
  const inner = Object.entries(params).map(
    ([name, value]) => `\n        <param name="${encode(name)}" value="${encode(value)}" valuetype="data" />`,
  )
  return `\n      <${kind}${shown.join('')}>${inner.join('')}\n      </${kind}>`
}

/** Replaces the elements of a name; the first by `by`, when there is one. */
const replaced = (ism: string, name: string, by: string): string => {
  let left = by
  return ism.replaceAll(
    elementsOf(kinds),
    (all: string, kind: string | undefined, ...parts: (string | undefined)[]) => {
      if (kind === undefined || !same(trackName(trackOf([all, kind, ...parts.slice(0, 2)])), name)) return all
      const element = left
      left = ''
      return element
    },
  )
}

/** Puts the track in the place of the one with its name, or at the end. Undefined for text that is no manifest. */
export const withTrack = (ism: string, track: ManifestTrack): string | undefined => {
  if (findTrack(ism, trackName(track)) !== undefined) return replaced(ism, trackName(track), written(track))
  const end = /\s*<\/switch\s*>/.exec(ism)
  return end === null ? undefined : ism.slice(0, end.index) + written(track) + ism.slice(end.index)
}

export const withoutTrack = (ism: string, name: string): string => replaced(ism, name, '')

/** The client manifest that a server manifest names. */
export const clientManifestOf = (ism: string): string | undefined =>
  [...ism.matchAll(elementsOf('meta'))]
    .map(([, , attributes]) => attributesOf(attributes ?? ''))
    .find(({ name }) => name === 'clientManifestRelativePath')?.content

export const withoutStream = (ismc: string, name: string): string =>
  ismc.replaceAll(elementsOf('StreamIndex'), (all: string, element: string | undefined, attributes: string) =>
    element !== undefined && same(attributesOf(attributes).Name ?? '', name) ? '' : all,
  )

/** Only its name, type and language: no fragments of it are listed. */
export const withStream = (ismc: string, track: ManifestTrack): string => {
  const rest = withoutStream(ismc, trackName(track))
  const end = rest.search(/\s*<\/SmoothStreamingMedia\s*>/)
  if (end < 0) return ismc
  const { systemLanguage } = track.attributes
  const type = track.kind === 'textstream' ? 'text' : track.kind
  const language = systemLanguage === undefined ? '' : ` Language="${encode(systemLanguage)}"`
  return `${rest.slice(0, end)}\n  <StreamIndex Type="${type}" Name="${encode(trackName(track))}"${language} />${rest.slice(end)}`
}
