import type { Side } from '../model.ts'
import type { BlobItem, Difference } from './ports.ts'
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
  const why: string[] = texts.filter(field => source[field] !== target[field])
  if (source.size !== target.size) why.push('size')
  else if (!sameBytes(source, target)) why.push(source.md5 === undefined ? 'lastModified' : 'md5')
  if (!sameMetadata(source.metadata, target.metadata)) why.push('metadata')
  if (!sameTier(source, target)) why.push('tier')
  if (source.copyPending || target.copyPending) why.push('copyPending')
  return why
}

/** Names strictly in order of their UTF-16 code units, as the service lists them; anything else is no listing. */
const inOrder = (before: BlobItem | undefined, item: BlobItem, side: Side): BlobItem => {
  if (before !== undefined && !(before.name < item.name))
    throw storageError('refused', `The listing of the ${side} is out of order at ${JSON.stringify(item.name)}.`, {
      side,
    })
  return item
}

/**
 * What tells two listings apart, in name order, with the memory of two rows. Bytes are equal when size and MD5 are; a
 * source without MD5 equals a copy that is younger.
 * @throws ServiceError `refused` where a listing is not in name order, or what the listings throw.
 */
export async function* diffListings(
  source: AsyncIterable<BlobItem>,
  target: AsyncIterable<BlobItem>,
): AsyncGenerator<Difference> {
  const [sources, targets] = [source[Symbol.asyncIterator](), target[Symbol.asyncIterator]()]
  try {
    let [a, b] = await Promise.all([sources.next(), targets.next()])
    while (!a.done || !b.done) {
      const [left, right] = [a.done ? undefined : a.value, b.done ? undefined : b.value]
      const missing = left !== undefined && (right === undefined || left.name < right.name)
      const extra = right !== undefined && (left === undefined || right.name < left.name)
      if (missing) yield { kind: 'missing', source: left }
      else if (extra) yield { kind: 'extra', target: right }
      else if (left !== undefined && right !== undefined) {
        const why = differing(left, right)
        if (why.length > 0) yield { kind: 'changed', source: left, target: right, why }
      }
      if (!extra) a = await following(sources, left, 'source')
      if (!missing) b = await following(targets, right, 'target')
    }
  } finally {
    await Promise.allSettled([sources.return?.(), targets.return?.()])
  }
}

const following = async (
  items: AsyncIterator<BlobItem>,
  before: BlobItem | undefined,
  side: Side,
): Promise<IteratorResult<BlobItem>> => {
  const next = await items.next()
  if (!next.done) inOrder(before, next.value, side)
  return next
}
