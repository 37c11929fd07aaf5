import type { Side } from '../model.ts'
import type { BlobItem, Difference, Listing } from './ports.ts'
import { storageError } from './storage-error.ts'

const texts = [
  'contentType',
  'contentEncoding',
  'contentLanguage',
  'contentDisposition',
  'cacheControl',
] as const satisfies readonly (keyof BlobItem)[]

/** Names of metadata are compared without case, as HTTP headers are. */
const sameMetadata = (a: BlobItem['metadata'], b: BlobItem['metadata']): boolean => {
  if (a === b) return true
  const left = new Map(Object.entries(a).map(([name, value]) => [name.toLowerCase(), value]))
  const right = Object.entries(b)
  return left.size === right.length && right.every(([name, value]) => left.get(name.toLowerCase()) === value)
}

/** Index tags tell capitals apart, and their order means nothing. */
const sameTags = ({ tags: a = {} }: BlobItem, { tags: b = {} }: BlobItem): boolean => {
  if (a === b) return true
  const left = Object.entries(a)
  return (
    left.length === Object.keys(b).length && left.every(([key, value]) => Object.hasOwn(b, key) && b[key] === value)
  )
}

/**
 * A tier that the source's account only implies is the other account's own business, and so is a source that went to
 * the archive after it was copied. An archived twin of a live source cannot be played.
 */
const sameTier = (source: BlobItem, target: BlobItem): boolean =>
  source.tier === 'Archive' || source.tier === target.tier || (source.tier === undefined && target.tier !== 'Archive')

/**
 * Without an MD5 only time can tell that bytes of the same length are other bytes. Times are whole seconds, so the same
 * second is not proof enough; a copy made again a second later is.
 */
const sameBytes = (source: BlobItem, target: BlobItem): boolean =>
  source.size === 0 ||
  (source.md5 === undefined ? source.lastModified < target.lastModified : source.md5 === target.md5)

/** What a twin must be copied again for; empty when it equals its source. */
const differing = (source: BlobItem, target: BlobItem): readonly string[] => {
  const why: string[] = []
  for (const field of texts) if (source[field] !== target[field]) why.push(field)
  if (source.size !== target.size) why.push('size')
  else if (!sameBytes(source, target)) why.push(source.md5 === undefined ? 'lastModified' : 'md5')
  if (!sameMetadata(source.metadata, target.metadata)) why.push('metadata')
  if (!sameTier(source, target)) why.push('tier')
  if ((source.tags ?? target.tags) !== undefined && !sameTags(source, target)) why.push('tags')
  if (source.copyPending || target.copyPending) why.push('copyPending')
  return why
}

/** Reads a listing row by row and waits only where a page ends. */
class Rows {
  readonly #pages: AsyncIterator<Iterable<BlobItem>>
  readonly #side: Side
  #rows: Iterator<BlobItem> = [].values()
  /** Where the reader is; undefined at the end. */
  row: BlobItem | undefined

  constructor(listing: Listing, side: Side) {
    this.#pages = listing[Symbol.asyncIterator]()
    this.#side = side
  }

  /** Goes on to the next row, if there is one on the page. */
  next(): boolean {
    const { done, value } = this.#rows.next()
    if (done) return false
    // Names come strictly in order of their UTF-16 code units; anything else is no listing.
    if (this.row !== undefined && !(this.row.name < value.name))
      throw storageError(
        'refused',
        `The listing of the ${this.#side} is out of order at ${JSON.stringify(value.name)}.`,
        {
          side: this.#side,
        },
      )
    this.row = value
    return true
  }

  /** Goes on to the first row of the next page that has any, or to the end. */
  async nextPage(): Promise<void> {
    do {
      const { done, value } = await this.#pages.next()
      if (done) {
        this.row = undefined
        return
      }
      this.#rows = value[Symbol.iterator]()
    } while (!this.next())
  }

  async close(): Promise<void> {
    await this.#pages.return?.()
  }
}

/**
 * What tells two listings apart, in name order, with the memory of two rows. Bytes are equal when size and MD5 are; a
 * source without MD5 equals a copy that is younger.
 * @throws ServiceError `refused` where a listing is not in name order, or what the listings throw.
 */
export async function* diffListings(source: Listing, target: Listing): AsyncGenerator<Difference> {
  const [sources, targets] = [new Rows(source, 'source'), new Rows(target, 'target')]
  try {
    await Promise.all([sources.nextPage(), targets.nextPage()])
    while (sources.row !== undefined || targets.row !== undefined) {
      const [left, right] = [sources.row, targets.row]
      const missing = left !== undefined && (right === undefined || left.name < right.name)
      const extra = right !== undefined && (left === undefined || right.name < left.name)
      if (missing) yield { kind: 'missing', source: left }
      else if (extra) yield { kind: 'extra', target: right }
      else if (left !== undefined && right !== undefined) {
        const why = differing(left, right)
        if (why.length > 0) yield { kind: 'changed', source: left, target: right, why }
      }
      if (!extra && !sources.next()) await sources.nextPage()
      if (!missing && !targets.next()) await targets.nextPage()
    }
  } finally {
    await Promise.allSettled([sources.close(), targets.close()])
  }
}
