import type { Side } from '../model.ts'
import { isServiceError } from '../service-error.ts'
import { receive, type Sending } from './http.ts'
import { type ListingPage, PageParser } from './listing-page.ts'
import type { BlobItem, Container } from './ports.ts'
import { storageError } from './storage-error.ts'

export interface ListingOptions extends Sending {
  /** Blobs a page, 5,000 at most. */
  readonly pageSize?: number | undefined
  /** Which side of a comparison this is, for errors. */
  readonly side?: Side | undefined
}

const largestPage = 5_000

const fetchPage = async (container: Container, options: ListingOptions, marker?: string): Promise<ListingPage> => {
  const size = options.pageSize ?? largestPage
  const from = marker === undefined ? '' : `&marker=${encodeURIComponent(marker)}`
  const query = `restype=container&comp=list&include=metadata,copy&maxresults=${size}${from}`
  const { value } = await receive(
    { method: 'GET', container, query, side: options.side },
    options,
    () => new PageParser(),
  )
  if (value.next !== undefined && value.next === marker)
    throw storageError('unavailable', `${container.url}: the listing does not move on.`, { side: options.side })
  return value
}

/**
 * All blobs of a container in the order of the service. Holds two pages at most: the next one is fetched while one is
 * consumed. A page counts only when it is whole; one that is cut short is asked for again.
 * @throws ServiceError, `notFound` with code `ContainerNotFound` where there is no container.
 */
export async function* listBlobs(container: Container, options: ListingOptions = {}): AsyncGenerator<BlobItem> {
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
      for (const item of page.items) yield item
    }
  } finally {
    ended.abort()
  }
}

/** As `listBlobs`, but a container that is not there holds nothing. */
export async function* listIfAny(container: Container | undefined, options: ListingOptions): AsyncGenerator<BlobItem> {
  if (container === undefined) return
  let seen = false
  try {
    for await (const item of listBlobs(container, options)) {
      seen = true
      yield item
    }
  } catch (error) {
    if (seen || !isServiceError(error) || error.serviceCode !== 'ContainerNotFound') throw error
  }
}
