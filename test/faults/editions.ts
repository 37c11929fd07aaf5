/** What A's assets have consisted of, by which a look at B is judged. Pure. */

/** Names of files with the MD5 of each, in base64 as storage lists it. */
export type Files = ReadonlyMap<string, string>

/** Every state of an asset's files, oldest first; each is noted before the first of its files is written. */
export class Editions {
  readonly #ofAsset = new Map<string, Files[]>()
  readonly #times = new Map<Files, number>()

  /** @param now milliseconds since 1970. */
  note(asset: string, files: Files, now = Date.now()): void {
    this.#ofAsset.set(asset, [...(this.#ofAsset.get(asset) ?? []), files])
    this.#times.set(files, now)
  }

  /** Whether an asset was without a file at some time from one moment to another, both in milliseconds since 1970. */
  lacked(asset: string, file: string, from: number, until: number): boolean {
    const all = this.of(asset)
    const since = (index: number) => this.#times.get(all[index] ?? new Map()) ?? Number.POSITIVE_INFINITY
    return all.some((files, index) => !files.has(file) && since(index) <= until && since(index + 1) >= from)
  }

  latest(asset: string): Files {
    return this.#ofAsset.get(asset)?.at(-1) ?? new Map()
  }

  of(asset: string): readonly Files[] {
    return this.#ofAsset.get(asset) ?? []
  }
}

const isManifest = (name: string) => name.endsWith('.ism')

/**
 * Whether players of a live locator find a whole asset: each manifest that B shows is one of A, and every other file that A
 * had beside it is in B as it was then or later. Files that B has beside them do no harm. While a burst is under way, files
 * may be newer than a manifest, and one manifest newer than another, but no file older (P2). Without a manifest only what
 * A once had without one is whole, and nothing at all never is: that is what a copy begins with.
 */
export const isWhole = (editions: readonly Files[], seen: Files): boolean => {
  const holds = (all: readonly Files[], index: number) =>
    [...(all[index]?.keys() ?? [])].every(
      name => isManifest(name) || all.slice(index).some(later => later.get(name) === seen.get(name)),
    )
  const manifests = [...seen.keys()].filter(isManifest)
  if (manifests.length === 0) {
    const bare = editions.filter(edition => edition.size > 0 && ![...edition.keys()].some(isManifest))
    return bare.some((_, index) => holds(bare, index))
  }
  return manifests.every(name =>
    editions.some((edition, index) => edition.get(name) === seen.get(name) && holds(editions, index)),
  )
}
