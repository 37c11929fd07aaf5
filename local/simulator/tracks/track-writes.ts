/** Adding, changing and deleting tracks: edits of the manifests in storage. */
import { badRequest, notFound } from '../arm-errors.ts'
import { isObject, type JsonObject, textAt } from '../json.ts'
import { type AccountContext, param, propertiesOf, type Reply } from '../kernel.ts'
import { checkName } from '../resource-names.ts'
import { deletedReply } from '../resources/deleted.ts'
import { readObject } from '../shape.ts'
import { inTurn, readFile, requireManifest, serverManifest, writeManifests } from './asset-files.ts'
import {
  findTrack,
  type ManifestTrack,
  trackName,
  withoutStream,
  withoutTrack,
  withStream,
  withTrack,
} from './manifest.ts'
import { languageOf, problemOf, type TrackError } from './text-file.ts'
import { beginTrackOperation } from './track-operations.ts'
import { kindOf, manifestTrack, trackShape } from './track-properties.ts'
import { type Parent, parentOf, pathOf, view } from './track-view.ts'

/** The file of the track as it is now: its language, and what is wrong with it. */
const readTrackFile = async (context: AccountContext, { place }: Parent, file: string | undefined, isText: boolean) => {
  const content = file === undefined ? undefined : await readFile(context.kernel, place, file)
  if (file === undefined || content === undefined) throw badRequest('Target resource file does not exist.')
  return isText
    ? { language: languageOf(file, content), error: problemOf(file, content) }
    : { language: undefined, error: undefined }
}

const requested = (context: AccountContext): JsonObject => {
  const { track } = readObject(trackShape, propertiesOf(context))
  if (!isObject(track)) throw badRequest("The required property 'track' is missing or null.")
  return track
}

interface Written {
  readonly parent: Parent
  readonly track: ManifestTrack
  readonly error: TrackError | undefined
  readonly existed: boolean
}

/** Reads the manifest, asks `change` for the new element and writes it, unless the file of the track is no good. */
const write = (
  context: AccountContext,
  change: (
    before: ManifestTrack | undefined,
    parent: Parent,
  ) => Promise<{ track: ManifestTrack; error: TrackError | undefined }>,
): Promise<Written> => {
  const parent = parentOf(context)
  const { kernel } = context
  return inTurn(kernel, parent.place, async () => {
    const manifest = await requireManifest(kernel, parent.place)
    const before = findTrack(manifest.text, param(context, 'track'))
    const { track, error } = await change(before, parent)
    const ism = withTrack(manifest.text, track)
    if (ism === undefined) throw badRequest(`The server manifest '${manifest.name}' cannot be read.`)
    if (error === undefined) await writeManifests(kernel, parent.place, manifest, ism, ismc => withStream(ismc, track))
    return { parent, track, error, existed: before !== undefined }
  })
}

const answer = (context: AccountContext, status: number, { parent, track, error }: Written): Reply => {
  const headers = beginTrackOperation(context, pathOf(parent, trackName(track)), error)
  return { status, headers, body: view(context, parent, track) }
}

const checkKind = (track: JsonObject, before: ManifestTrack | undefined): void => {
  if (kindOf(track) === 'video')
    throw badRequest('Video tracks come with the video; only audio and text tracks can be added or changed.')
  if (before !== undefined && before.kind !== kindOf(track)) throw badRequest('The type of a track cannot be changed.')
}

/** Adds a track, or describes it anew. */
export const putTrack = async (context: AccountContext): Promise<Reply> => {
  const name = param(context, 'track')
  checkName(name)
  const wanted = requested(context)
  const written = await write(context, async (before, parent) => {
    checkKind(wanted, before)
    const file = await readTrackFile(context, parent, textAt(wanted, 'fileName'), kindOf(wanted) === 'textstream')
    return {
      track: manifestTrack(before === undefined ? name : trackName(before), wanted, file.language, undefined),
      error: file.error,
    }
  })
  return answer(context, written.existed ? 200 : 201, written)
}

/** Changes what is named. */
export const patchTrack = async (context: AccountContext): Promise<Reply> => {
  const wanted = requested(context)
  const written = await write(context, async (before, parent) => {
    if (before === undefined) throw notFound()
    checkKind(wanted, before)
    const fileName = textAt(wanted, 'fileName')
    const file =
      fileName === undefined ? undefined : await readTrackFile(context, parent, fileName, before.kind === 'textstream')
    return { track: manifestTrack(trackName(before), wanted, file?.language, before), error: file?.error }
  })
  return answer(context, 202, written)
}

/** The file of a track was replaced: what the manifests say of it is read anew. */
export const updateTrackData = async (context: AccountContext): Promise<Reply> => {
  const written = await write(context, async (before, parent) => {
    if (before === undefined) throw notFound()
    const { language, error } = await readTrackFile(
      context,
      parent,
      before.attributes.src,
      before.kind === 'textstream',
    )
    const { systemLanguage: _before, ...rest } = before.attributes
    const attributes = language === undefined ? rest : { ...rest, systemLanguage: language }
    return { track: before.kind === 'textstream' ? { ...before, attributes } : before, error }
  })
  const { body: _none, ...reply } = answer(context, 202, written)
  return reply
}

/** The file of the track stays. */
export const removeTrack = async (context: AccountContext): Promise<Reply> => {
  const parent = parentOf(context)
  const { kernel } = context
  const name = await inTurn(kernel, parent.place, async () => {
    const manifest = await serverManifest(kernel, parent.place)
    const track = manifest === undefined ? undefined : findTrack(manifest.text, param(context, 'track'))
    if (manifest === undefined || track === undefined) return undefined
    if (track.kind === 'video') throw badRequest('A video track cannot be deleted.')
    const removed = trackName(track)
    const ism = withoutTrack(manifest.text, removed)
    await writeManifests(kernel, parent.place, manifest, ism, ismc => withoutStream(ismc, removed))
    return removed
  })
  if (name === undefined) return deletedReply(context, false)
  return { status: 202, headers: beginTrackOperation(context, pathOf(parent, name), undefined) }
}
