import { createHash } from 'node:crypto'
import type { BlobItem } from './ports.ts'

/** What is known of which files of a target are ours. */
export interface OwnFiles {
  /**
   * Every file of the target that was last written by then: it was one of the source's when both were equal.
   * Milliseconds since 1970 by the clock of the target's storage.
   */
  readonly filesUntil?: number | undefined
  /** Later ones: those that a copy is about to write, as `withBegun` notes them, and those that were found there since. */
  readonly filesBegun?: string | undefined
}

const printLength = 8
/** A row has room for so many; of a larger copy the rest is not known again unless it ends. */
const mostPrints = 1_000
const mostManifests = 100

/** 48 bits. */
const printOf = (...parts: readonly (string | number | undefined)[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, printLength)

/** Of a file that is about to be written: one of that name with other bytes is not ours. */
const toCome = ({ name, size, md5 }: Pick<BlobItem, 'name' | 'size' | 'md5'>) => printOf('begun', name, size, md5)
/** Of a file that was found there: whoever writes it again gives it another ETag. */
const asFound = ({ name, etag }: BlobItem) => printOf('found', name, etag)

/** What `begun` notes, one by one. */
export const printsOf = (begun: string): Set<string> => {
  const prints = new Set<string>()
  for (let at = 0; at < begun.length; at += printLength) prints.add(begun.slice(at, at + printLength))
  return prints
}

/** What players ask for first is known in any case. */
const isManifest = (name: string): boolean => /\.ismc?$/i.test(name)

/** Notes of several copies as one, as far as there is room. */
export const joinPrints = (prints: Iterable<string>): string =>
  [...new Set(prints)].slice(0, mostPrints + mostManifests).join('')

/**
 * Notes files of the source that are about to be written.
 * @returns `begun` itself where there is nothing to add, or no room.
 */
export const withBegun = (begun: string, items: Iterable<BlobItem>): string => {
  const prints = printsOf(begun)
  const before = prints.size
  for (const item of items) {
    const room = isManifest(item.name) ? mostPrints + mostManifests : mostPrints
    if (prints.size < room) prints.add(toCome(item))
  }
  return prints.size === before ? begun : joinPrints(prints)
}

/** Tells which files of a target are ours. */
export const ownFiles = ({ filesUntil = 0, filesBegun = '' }: OwnFiles): ((item: BlobItem) => boolean) => {
  const prints = printsOf(filesBegun)
  return item =>
    item.lastModified <= filesUntil ||
    (prints.size > 0 &&
      (prints.has(asFound(item)) ||
        prints.has(toCome(item)) ||
        // A source without an MD5 may have one in the target, where the service reckons it.
        prints.has(toCome({ name: item.name, size: item.size }))))
}

/**
 * What `filesBegun` comes to once the target was listed: files of ours as they were found there, and nothing of what was
 * never written, so that neither counts for what somebody writes later. No copy may be under way.
 */
export class Found {
  readonly #until: number
  readonly #prints = new Set<string>()

  constructor({ filesUntil = 0 }: OwnFiles) {
    this.#until = filesUntil
  }

  /** @param item of the target, and ours. */
  add(item: BlobItem): void {
    if (item.lastModified > this.#until && this.#prints.size < mostPrints) this.#prints.add(asFound(item))
  }

  get begun(): string {
    return joinPrints(this.#prints)
  }
}
