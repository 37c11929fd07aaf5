import type { Outcome } from '../model.ts'
import { readBlob } from '../storage/container.ts'
import { listBlobs } from '../storage/listing.ts'
import { namedFiles } from '../storage/manifest.ts'
import type { BlobItem, Container, ListingSummary } from '../storage/ports.ts'
import type { Pair } from './pair.ts'
import { onSide } from './trouble.ts'

/** A server manifest is a few kilobytes; anything larger is not one. */
const largestManifest = 1024 * 1024
/** Names kept for the manifest check: files of encoded video lie in the container's root and are few. */
const usualNames = 20_000

/** Collects what the check below needs while a listing streams by. */
export class RootFiles {
  readonly manifests: string[] = []
  readonly #names = new Set<string>()
  readonly #most: number
  #more: boolean = false

  /** @param most names that are kept; others are looked for again when a manifest names what is not among them. */
  constructor(most = usualNames) {
    this.#most = most
  }

  add(item: BlobItem): void {
    if (item.name.includes('/')) return
    if (item.name.toLowerCase().endsWith('.ism') && item.size <= largestManifest) this.manifests.push(item.name)
    if (this.#names.size < this.#most) this.#names.add(item.name)
    else this.#more = true
  }

  /** Those of the names that the container lacks. Lists it again where not all of its names were kept. */
  async lacking(names: readonly string[], container: Container): Promise<readonly string[]> {
    const lacking = new Set(names.filter(name => !this.#names.has(name)))
    if (!this.#more || lacking.size === 0) return [...lacking]
    for await (const { name } of listBlobs(container, { side: 'source' })) {
      lacking.delete(name)
      if (lacking.size === 0) break
    }
    return [...lacking]
  }
}

/**
 * Whether the content is complete: files exist, nothing writes to them, and every file that a manifest names is
 * there. A streamed manifest with missing files would be published broken.
 *
 * @param finishedAt when an event said that the encoding has finished: files older than this need not settle.
 * @returns what the unit has to wait for, or undefined.
 */
export const notFinished = async (
  pair: Pair,
  asset: string,
  container: Container,
  listing: ListingSummary,
  files: RootFiles,
  finishedAt: number | undefined,
): Promise<Outcome | undefined> => {
  const waiting = (detail: string): Outcome => ({ outcome: 'waiting', code: 'NotFinished', detail })
  if (listing.blobs === 0) return { outcome: 'waiting', code: 'SourceEmpty' }
  if ((await pair.source.liveOutputAssets()).has(asset.toLowerCase())) return waiting('A live output is writing to it.')
  const settled = listing.newest <= (finishedAt ?? 0) || pair.clock() - listing.newest >= pair.timing.settle
  if (!settled) return waiting('A file changed a moment ago.')
  for (const manifest of files.manifests) {
    const text = await onSide('source', readBlob(container, manifest, largestManifest))
    const named = namedFiles(new TextDecoder().decode(text))
    const missing = await files.lacking(named, container)
    if (missing.length > 0) return waiting(`${manifest} names ${missing.slice(0, 5).join(', ')}, not there.`)
  }
  return undefined
}
