/** What A's assets have consisted of, by which a look at B is judged. Pure. */

/** Names of files with the MD5 of each, in base64 as storage lists it. */
export type Files = ReadonlyMap<string, string>

/** Every state of an asset's files, oldest first; each is noted before the first of its files is written. */
export class Editions {
  readonly #ofAsset = new Map<string, Files[]>()

  note(asset: string, files: Files): void {
    this.#ofAsset.set(asset, [...(this.#ofAsset.get(asset) ?? []), files])
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
 * Whether players of a live locator find a whole asset: there is a state of A whose manifests B has, and every other file
 * of it is in B as it was then or later. Files that B has beside them do no harm, other manifests do: they play. While a
 * burst is under way, files may be newer than the manifest, but never older (P2).
 */
export const isWhole = (editions: readonly Files[], seen: Files): boolean =>
  editions.some(
    (edition, index) =>
      [...seen.keys()].every(name => !isManifest(name) || edition.has(name)) &&
      [...edition].every(([name, md5]) => {
        if (isManifest(name)) return seen.get(name) === md5
        return editions.slice(index).some(later => later.get(name) === seen.get(name))
      }),
  )
