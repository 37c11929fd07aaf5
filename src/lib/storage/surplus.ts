import { isServiceError } from '../service-error.ts'
import { diffListings } from './diff.ts'
import { send } from './http.ts'
import { listPages, listPagesIfAny } from './listing.ts'
import type { BlobItem, Container } from './ports.ts'

/** Whether a file that the source lacks is one that we once copied: it was last written while all files were ours. */
export const isSurplus = (item: BlobItem, oursUntil: number | undefined): boolean =>
  oursUntil !== undefined && item.lastModified <= oursUntil

/** Gone already, or written anew meanwhile: then it is somebody's. */
const isSettled = (error: unknown) =>
  isServiceError(error) && error.side === 'target' && (error.kind === 'notFound' || error.kind === 'changed')

/**
 * Deletes files of the target that the source no longer has and that were last written by `oursUntil`, each as it was
 * listed. Everything later is somebody else's and stays.
 *
 * @param oursUntil milliseconds since 1970, by the clock of the target's storage.
 * @throws ServiceError, with `side`.
 */
export const removeSurplus = async (source: Container, target: Container, oursUntil: number): Promise<void> => {
  const listings = diffListings(listPages(source, { side: 'source' }), listPagesIfAny(target, { side: 'target' }))
  for await (const difference of listings) {
    if (difference.kind !== 'extra' || !isSurplus(difference.target, oursUntil)) continue
    const { name, etag } = difference.target
    try {
      await send({ method: 'DELETE', container: target, blob: name, headers: { 'if-match': etag }, side: 'target' }, {})
    } catch (error) {
      if (!isSettled(error)) throw error
    }
  }
}
