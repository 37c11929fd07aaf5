/**
 * Asset tracks (contract section 6.4). The blobs are the truth: a track is what the server manifest says, so that tracks
 * go along when files are copied.
 */
import { apiVersions } from '../api-versions.ts'
import { notFound } from '../arm-errors.ts'
import { type AccountContext, type AccountOperation, param, type Reply } from '../kernel.ts'
import { resourceOperations } from '../resource-operations.ts'
import { requireManifest, serverManifest } from './asset-files.ts'
import { findTrack, type ManifestTrack, tracksOf } from './manifest.ts'
import { trackOperationResult, trackOperationStatus } from './track-operations.ts'
import { type Parent, parentOf, pathOf, view } from './track-view.ts'
import { patchTrack, putTrack, removeTrack, updateTrackData } from './track-writes.ts'

const list = async (context: AccountContext): Promise<Reply> => {
  const parent = parentOf(context)
  const { text } = await requireManifest(context.kernel, parent.place)
  return { status: 200, body: { value: tracksOf(text).map(track => view(context, parent, track)) } }
}

const current = async (context: AccountContext, parent: Parent): Promise<ManifestTrack | undefined> => {
  const manifest = await serverManifest(context.kernel, parent.place)
  return manifest === undefined ? undefined : findTrack(manifest.text, param(context, 'track'))
}

const get = async (context: AccountContext): Promise<Reply> => {
  const parent = parentOf(context)
  const track = await current(context, parent)
  if (track === undefined) throw notFound()
  return { status: 200, body: view(context, parent, track) }
}

const path = 'assets/{asset}/tracks'

const polled = (id: string, segment: string, run: AccountOperation['run']): AccountOperation => ({
  id,
  method: 'GET',
  path: `${path}/{track}/${segment}/{operation}`,
  apiVersions: apiVersions.tracks,
  action: 'assets/tracks/read',
  run,
})

export const trackOperations: readonly AccountOperation[] = [
  ...resourceOperations({
    group: 'Tracks',
    path,
    param: 'track',
    apiVersions: apiVersions.tracks,
    list,
    get,
    put: putTrack,
    patch: patchTrack,
    delete: removeTrack,
    actions: { updateTrackData: { run: updateTrackData } },
  }),
  polled('OperationStatuses_Get', 'operationStatuses', context =>
    trackOperationStatus(context, pathOf(parentOf(context), param(context, 'track'))),
  ),
  polled('OperationResults_Get', 'operationResults', context => {
    const parent = parentOf(context)
    return trackOperationResult(context, pathOf(parent, param(context, 'track')), async () => {
      const track = await current(context, parent)
      return track === undefined ? undefined : view(context, parent, track)
    })
  }),
]
