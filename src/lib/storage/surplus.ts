import { isServiceError } from '../service-error.ts'
import { diffListings } from './diff.ts'
import { send } from './http.ts'
import { listPages, listPagesIfAny } from './listing.ts'
import { type OwnFiles, ownFiles } from './own-files.ts'
import type { Container } from './ports.ts'

/** Gone already, or written anew meanwhile: then it is somebody's. */
const isSettled = (error: unknown) =>
  isServiceError(error) && error.side === 'target' && (error.kind === 'notFound' || error.kind === 'changed')

/**
 * Deletes files of the target that the source no longer has and that are ours, each as it was listed. Everything else is
 * somebody else's and stays.
 *
 * @throws ServiceError, with `side`.
 */
export const removeSurplus = async (source: Container, target: Container, ours: OwnFiles): Promise<void> => {
  const isOurs = ownFiles(ours)
  const listings = diffListings(listPages(source, { side: 'source' }), listPagesIfAny(target, { side: 'target' }))
  for await (const difference of listings) {
    if (difference.kind !== 'extra' || !isOurs(difference.target)) continue
    const { name, etag } = difference.target
    try {
      await send({ method: 'DELETE', container: target, blob: name, headers: { 'if-match': etag }, side: 'target' }, {})
    } catch (error) {
      if (!isSettled(error)) throw error
    }
  }
}
