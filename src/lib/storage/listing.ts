import type { Side } from '../model.ts'
import { isServiceError } from '../service-error.ts'
import { receive, type Sending } from './http.ts'
import { type ListingPage, PageParser } from './listing-page.ts'
import type { BlobItem, Container } from './ports.ts'
import { storageError } from './storage-error.ts'
import { XmlError } from './xml.ts'

export interface ListingOptions extends Sending {
  /** Blobs a page, 5,000 at most. */
  readonly pageSize?: number | undefined
  /** Which side of a comparison this is, for errors. */
  readonly side?: Side | undefined
  /** Told the time of the first answer, by the clock of the service: milliseconds since 1970, in whole seconds. */
  readonly onBegin?: ((at: number) => void) | undefined
}

const largestPage = 5_000

const fetchPage = async (container: Container, options: ListingOptions, marker?: string): Promise<ListingPage> => {
  const size = options.pageSize ?? largestPage
  const from = marker === undefined ? '' : `&marker=${encodeURIComponent(marker)}`
  const tags = container.tags ? ',tags' : ''
  const query = `restype=container&comp=list&include=metadata,copy${tags}&maxresults=${size}${from}`
  const { value, headers } = await receive(
    { method: 'GET', container, query, side: options.side },
    options,
    () => new PageParser(),
  )
  const at = Date.parse(headers.date ?? '')
  if (marker === undefined && Number.isFinite(at)) options.onBegin?.(at)
  if (value.next !== undefined && value.next === marker)
    throw storageError('unavailable', `${container.url}: the listing does not move on.`, { side: options.side })
  return value
}

/** A whole page may still hold a row that makes no sense. */
function* readable({ items }: ListingPage, container: Container, side: Side | undefined): Generator<BlobItem> {
  try {
    yield* items
  } catch (error) {
    if (!(error instanceof XmlError)) throw error
    throw storageError('unavailable', `${container.url}: ${error.message}`, { side })
  }
}

/**
 * All blobs of a container. Holds two pages at most: the next one is fetched while one is consumed. A page counts only
 * when it is whole; one that is cut short is asked for again.
 * @throws ServiceError, `notFound` with code `ContainerNotFound` where there is no container.
 */
export async function* listPages(
  container: Container,
  options: ListingOptions = {},
): AsyncGenerator<Iterable<BlobItem>> {
  const ended = new AbortController()
  const signal = options.signal === undefined ? ended.signal : AbortSignal.any([options.signal, ended.signal])
  const fetch = (marker?: string): Promise<ListingPage> => {
    const page = fetchPage(container, { ...options, signal }, marker)
    // It may fail while nobody waits for it yet, or after the reader has left.
    page.catch(() => {})
    return page
  }
  try {
    for (let coming: Promise<ListingPage> | undefined = fetch(); coming !== undefined; ) {
      const page: ListingPage = await coming
      coming = page.next === undefined ? undefined : fetch(page.next)
      yield readable(page, container, options.side)
    }
  } finally {
    ended.abort()
  }
}

/** As `listPages`, but a container that is not there holds nothing. */
export async function* listPagesIfAny(
  container: Container | undefined,
  options: ListingOptions,
): AsyncGenerator<Iterable<BlobItem>> {
  if (container === undefined) return
  let seen = false
  try {
    for await (const page of listPages(container, options)) {
      seen = true
      yield page
    }
  } catch (error) {
    if (seen || !isServiceError(error) || error.serviceCode !== 'ContainerNotFound') throw error
  }
}

/** As `listPages`, blob by blob, for whom a few are enough. @throws as that does. */
export async function* listBlobs(container: Container, options: ListingOptions = {}): AsyncGenerator<BlobItem> {
  for await (const page of listPages(container, options)) yield* page
}
