/** What examples of tracks presuppose: manifests, files, and an operation to poll. */
import { isObject, type Json, type JsonObject, textAt } from '../../../local/simulator/json.ts'
import type { Account } from '../../../local/simulator/state.ts'
import { withTrack } from '../../../local/simulator/tracks/manifest.ts'
import { manifestTrack } from '../../../local/simulator/tracks/track-properties.ts'
import type { World } from './example-world.ts'
import type { Example } from './examples.ts'

const emptyManifest = '<smil><body><switch>\n</switch></body></smil>'
const file = 'text.vtt'
const plain: JsonObject = { '@odata.type': '#Microsoft.Media.TextTrack', fileName: file }

const trackIn = (resource: JsonObject): JsonObject | undefined =>
  isObject(resource.properties) && isObject(resource.properties.track) ? resource.properties.track : undefined

/** The tracks that the answers show, by name. */
const shownBy = ({ answers }: Example): Record<string, JsonObject> => {
  const bodies = Object.values(answers).flatMap(({ body }) => (isObject(body) ? [body] : []))
  const resources = bodies.flatMap(body =>
    Array.isArray(body.value) ? (body.value as readonly Json[]).filter(isObject) : [body],
  )
  return Object.fromEntries(
    resources.flatMap(resource => {
      const track = trackIn(resource)
      return track === undefined ? [] : [[textAt(resource, 'name') ?? '', track]]
    }),
  )
}

/** As shown, but for what the request changes. */
const before = (track: JsonObject, { body }: Example): JsonObject => {
  const changes = isObject(body) ? (trackIn(body) ?? {}) : {}
  return 'displayName' in changes ? { ...track, displayName: 'before' } : track
}

/** The manifest without what the example makes. */
const manifestFor = (example: Example, name: string | undefined): string => {
  const shown = shownBy(example)
  const missing = name === undefined || name in shown ? {} : { [name]: plain }
  const tracks = example.method === 'PUT' ? [] : Object.entries({ ...shown, ...missing })
  return tracks.reduce((ism, [title, track]) => {
    const element = manifestTrack(title, before(track, example), textAt(track, 'languageCode'), undefined)
    return withTrack(ism, element) ?? ism
  }, emptyManifest)
}

/** The asset of the example must be there. */
export const prepareTracks = async (example: Example, { blobStore, clock }: World, account: Account): Promise<void> => {
  const [, asset = '', , name, , id] = example.below.split('/')
  const { storageAccountName, container } = account.assets.get(asset)?.properties ?? {}
  const put = (blob: string, content: string) =>
    blobStore.putBlob(String(storageAccountName), String(container), blob, Buffer.from(content), 'text/plain')
  await put('film.ism', manifestFor(example, name))
  for (const track of [plain, ...Object.values(shownBy(example))])
    await put(textAt(track, 'fileName') ?? file, 'WEBVTT')
  if (id === undefined || name === undefined) return
  const { status, error } = (example.answers['200']?.body ?? {}) as JsonObject
  const until = clock.ticks() + (status === undefined || status === 'InProgress' ? 10_000_000n : 0n)
  const ended = isObject(error)
    ? { error: { code: textAt(error, 'code') ?? '', message: textAt(error, 'message') ?? '' } }
    : {}
  const resource = `assets/${asset}/tracks/${name}`.toLowerCase()
  account.operations.set(id, {
    id,
    resource,
    target: id,
    until,
    deletes: false,
    started: clock.ticks(),
    ...ended,
  })
}
