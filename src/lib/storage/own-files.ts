import { createHash } from 'node:crypto'
import type { BlobItem } from './ports.ts'

/** What is known of which files of a target are ours. */
export interface OwnFiles {
  /**
   * Every file of the target that was last written by then: it was one of the source's when both were equal.
   * Milliseconds since 1970 by the clock of the target's storage.
   */
  readonly filesUntil?: number | undefined
  /** What copies have begun to write since, as `withBegun` notes it. */
  readonly filesBegun?: string | undefined
}

const printLength = 8
/** A row has room for so many; of a larger copy the rest is not known again unless it ends. */
const mostPrints = 1_000

/** 48 bits over name, length and MD5: a file of that name with other bytes is not ours. */
const printOf = (name: string, size: number, md5 = ''): string =>
  createHash('sha256')
    .update(JSON.stringify([name, size, md5]))
    .digest('base64url')
    .slice(0, printLength)

const printsOf = (begun: string): Set<string> => {
  const prints = new Set<string>()
  for (let at = 0; at < begun.length; at += printLength) prints.add(begun.slice(at, at + printLength))
  return prints
}

/**
 * Notes files of the source that are about to be written.
 * @returns `begun` itself where there is nothing to add, or no room.
 */
export const withBegun = (begun: string, items: Iterable<BlobItem>): string => {
  const prints = printsOf(begun)
  const before = prints.size
  for (const { name, size, md5 } of items) {
    if (prints.size >= mostPrints) break
    prints.add(printOf(name, size, md5))
  }
  return prints.size === before ? begun : [...prints].join('')
}

/** Tells which files of a target are ours. */
export const ownFiles = ({ filesUntil, filesBegun = '' }: OwnFiles): ((item: BlobItem) => boolean) => {
  const prints = printsOf(filesBegun)
  return ({ name, size, md5, lastModified }) =>
    (filesUntil !== undefined && lastModified <= filesUntil) ||
    // A source without an MD5 may have one in the target, where the service reckons it.
    (prints.size > 0 && (prints.has(printOf(name, size, md5)) || prints.has(printOf(name, size))))
}
