import type { IncomingHttpHeaders } from 'node:http'
import { isServiceError } from '../service-error.ts'
import { type Block, BlockListParser, blockListXml } from './blocks.ts'
import { receive, type Sending, send } from './http.ts'
import type { BlobItem, Container } from './ports.ts'
import { storageError } from './storage-error.ts'
import { written } from './xml-text.ts'

/** One blob to be made equal to its source as listed. */
export interface Job {
  readonly source: Container
  readonly target: Container
  readonly item: BlobItem
  /** ETag of the blob that is replaced; undefined where there is none. */
  readonly replaces: string | undefined
}

/** A copy of 256 MiB takes some seconds in one region, and longer between two. */
const copyMilliseconds = 120_000

/** The target must still be what was listed, so that nobody else's write is overwritten. */
const targetCondition = ({ replaces }: Job): Record<string, string> =>
  replaces === undefined ? { 'if-none-match': '*' } : { 'if-match': replaces }

const tierHeader = ({ tier }: BlobItem): Record<string, string> =>
  tier === undefined ? {} : { 'x-ms-access-tier': tier }

/** Index tags as a query; without it a write leaves the blob without any. */
const tagsHeader = ({ tags }: BlobItem): Record<string, string> =>
  tags === undefined
    ? {}
    : {
        'x-ms-tags': Object.entries(tags)
          .map(pair => pair.map(encodeURIComponent).join('='))
          .join('&'),
      }

const tagsXml = (tags: Readonly<Record<string, string>>): string =>
  `<?xml version="1.0" encoding="utf-8"?><Tags><TagSet>${Object.entries(tags)
    .map(([key, value]) => `<Tag><Key>${written(key)}</Key><Value>${written(value)}</Value></Tag>`)
    .join('')}</TagSet></Tags>`

/** What writes that carry no properties of their source must repeat. */
const propertyHeaders = (item: BlobItem): Record<string, string> => {
  const headers: Record<string, string> = { ...tierHeader(item), ...tagsHeader(item) }
  const content = {
    'x-ms-blob-content-type': item.contentType,
    'x-ms-blob-content-encoding': item.contentEncoding,
    'x-ms-blob-content-language': item.contentLanguage,
    'x-ms-blob-content-disposition': item.contentDisposition,
    'x-ms-blob-cache-control': item.cacheControl,
    'x-ms-blob-content-md5': item.md5,
  }
  for (const [name, value] of Object.entries(content)) if (value !== undefined) headers[name] = value
  for (const [name, value] of Object.entries(item.metadata)) headers[`x-ms-meta-${name}`] = value
  return headers
}

const onTarget = ({ target, item }: Job) => ({ container: target, blob: item.name, side: 'target' }) as const

const fromSource = ({ source, item }: Job) =>
  ({ source: { container: source, blob: item.name }, milliseconds: copyMilliseconds }) as const

/**
 * Without an MD5 the times must tell later that this copy is younger than its source; one that was made in the same
 * second, or by a slower clock, cannot prove it and has to be made again.
 */
const proveYounger = ({ item, source }: Job, answer: { readonly headers: IncomingHttpHeaders }): void => {
  if (item.md5 === undefined && Date.parse(answer.headers['last-modified'] ?? '') <= item.lastModified)
    throw storageError('changed', `${source.url}/${item.name}: changed in the second it was copied.`, {
      side: 'source',
    })
}

/** Copy Blob From URL: properties and metadata come along, index tags do not. Block blobs up to 256 MiB. */
export const copyWhole = async (job: Job, sending: Sending): Promise<void> => {
  const headers = {
    'x-ms-requires-sync': 'true',
    'x-ms-source-if-match': job.item.etag,
    ...targetCondition(job),
    ...tierHeader(job.item),
    ...tagsHeader(job.item),
  }
  proveYounger(job, await send({ method: 'PUT', ...onTarget(job), ...fromSource(job), headers }, sending))
}

/** Put Blob of nothing: the service refuses to copy blobs without bytes (azure-sdk-for-js issue 6577). */
export const writeEmpty = async (job: Job, sending: Sending): Promise<void> => {
  const headers = { 'x-ms-blob-type': 'BlockBlob', ...propertyHeaders(job.item), ...targetCondition(job) }
  await send({ method: 'PUT', ...onTarget(job), headers }, sending)
}

/**
 * Set Blob Tier, where nothing else differs; it leaves bytes, ETag and Last-Modified alone. The service takes no ETag
 * condition here (nor with Put Block): of a blob that was replaced meanwhile it changes the tier alone.
 */
export const setTier = async (job: Job, sending: Sending): Promise<void> => {
  const headers = { 'x-ms-access-tier': job.item.tier ?? 'Hot' }
  await send({ method: 'PUT', ...onTarget(job), query: 'comp=tier', headers }, sending)
}

/**
 * Set Blob Tags, where nothing but these and the tier differs; it leaves bytes, ETag and Last-Modified alone, too, and is
 * not conditional at the API version in use either.
 */
export const setTags = async (job: Job, sending: Sending): Promise<void> => {
  const headers = { 'content-type': 'application/xml' }
  const body = tagsXml(job.item.tags ?? {})
  await send({ method: 'PUT', ...onTarget(job), query: 'comp=tags', headers, body }, sending)
}

const blockList = (job: Job, type: 'committed' | 'uncommitted', sending: Sending) =>
  receive(
    { method: 'GET', ...onTarget(job), query: `comp=blocklist&blocklisttype=${type}` },
    sending,
    () => new BlockListParser(),
  )

/** Sizes of the blocks that wait uncommitted at the target, by id. */
export const stagedBlocks = async (job: Job, sending: Sending): Promise<ReadonlyMap<string, number>> => {
  try {
    return (await blockList(job, 'uncommitted', sending)).value
  } catch (error) {
    if (isServiceError(error) && error.kind === 'notFound' && error.serviceCode === 'BlobNotFound') return new Map()
    throw error
  }
}

/** Put Block From URL, pinned to the listed version of the source. What is staged changes nothing before the commit. */
export const stageBlock = async (job: Job, block: Block, sending: Sending): Promise<void> => {
  const headers = {
    'x-ms-source-range': `bytes=${block.start}-${block.start + block.size - 1}`,
    'x-ms-source-if-match': job.item.etag,
  }
  const query = `comp=block&blockid=${encodeURIComponent(block.id)}`
  await send({ method: 'PUT', ...onTarget(job), ...fromSource(job), query, headers }, sending)
}

/** Put Block List: the staged blocks become the blob, with all that Put Block does not carry. */
export const commitBlocks = async (job: Job, blocks: readonly Block[], sending: Sending): Promise<void> => {
  const headers = { 'content-type': 'application/xml', ...propertyHeaders(job.item), ...targetCondition(job) }
  const call = {
    method: 'PUT',
    ...onTarget(job),
    query: 'comp=blocklist',
    headers,
    body: blockListXml(blocks),
  } as const
  let answer: { readonly headers: IncomingHttpHeaders }
  try {
    answer = await send(call, sending)
  } catch (error) {
    const committed = await committedAlready(job, blocks, error, sending)
    if (committed === undefined) throw error
    answer = committed
  }
  proveYounger(job, answer)
}

/**
 * Where the answer to a commit was lost, its repetition is refused. That the blob consists of these very blocks, whose
 * ids name the source's version, tells that it succeeded: a burst needs no second look at both containers for that.
 */
const committedAlready = async (job: Job, blocks: readonly Block[], error: unknown, sending: Sending) => {
  if (!isServiceError(error) || !['changed', 'conflict', 'refused'].includes(error.kind)) return undefined
  const present = await blockList(job, 'committed', sending).catch(() => undefined)
  const ids = [...(present?.value.keys() ?? [])]
  return ids.length === blocks.length && blocks.every(({ id }, index) => ids[index] === id) ? present : undefined
}

/**
 * A blob by one request, or as blocks where some were staged under its name and never committed: Azurite takes those for a
 * blob that exists, and whether the service does nobody has written down. Whoever has a blob there by now keeps it.
 *
 * @param blocks of the whole blob.
 */
export const copyWholeOrStaged = async (job: Job, blocks: readonly Block[], sending: Sending): Promise<void> => {
  try {
    await (job.item.size === 0 ? writeEmpty : copyWhole)(job, sending)
  } catch (error) {
    const exists = isServiceError(error) && error.serviceCode === 'BlobAlreadyExists'
    if (!exists || job.replaces !== undefined || (await stagedBlocks(job, sending)).size === 0) throw error
    for (const block of blocks) await stageBlock(job, block, sending)
    await commitBlocks(job, blocks, sending)
  }
}
