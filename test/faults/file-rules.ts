/** What requests to storage must not show: P5 and P10 for every file. Pure. */
import type { CarriedOut } from '../../local/simulator/storage/proxy.ts'
import type { Editions } from './editions.ts'

/**
 * Sentences about requests of the app that break a promise. A file of B goes only where the app wrote it, and A was without
 * it since; a container with its files never does, as the routes of histories delete no assets.
 *
 * @param assetOf the asset of B that a container belongs to.
 * @param oldest milliseconds that a listing of A may be old, where a history makes it so.
 */
export const brokenByFiles = (
  requests: readonly CarriedOut[],
  assetOf: (container: string) => string | undefined,
  editions: Pick<Editions, 'lacked'>,
  oldest = 0,
): readonly string[] => {
  const broken: string[] = []
  /** When the app began to write what is there. */
  const written = new Map<string, number>()
  for (const { account, method, operation, container, blob, status, began, ended } of requests) {
    if (status >= 300) continue
    const asset = assetOf(container)
    const what = `${asset === undefined ? container : `asset ${asset}`}${blob === '' ? '' : ` file ${blob}`}`
    const key = `${container}/${blob}`
    if (account === 'east') broken.push(`P5: ${operation} of ${what} in A`)
    else if (method !== 'DELETE') written.set(key, began)
    else if (blob === '') broken.push(`P10: the container of ${what} was deleted in B`)
    else {
      const since = written.get(key)
      if (since === undefined) broken.push(`P5: ${what} was deleted in B, where the app had not written it`)
      else if (asset === undefined || !editions.lacked(asset, blob, since - oldest, ended))
        broken.push(`P10: ${what} was deleted in B, and A had it all the time`)
      written.delete(key)
    }
  }
  return broken
}
