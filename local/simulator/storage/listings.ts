/** Blob listings as they were a while ago, for reads that do not see the latest writes. */
import type { IncomingMessage } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { forwardable } from './authorization.ts'
import type { StorageTarget } from './operation.ts'

export interface Listing {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** What says which listing is asked for; the rest of a query is credentials. */
const asked = ['prefix', 'delimiter', 'marker', 'maxresults', 'include']
const remembered = 1000

const keyOf = ({ path, query }: StorageTarget) => JSON.stringify([path, ...asked.map(name => query.get(name))])

const withoutFraming = /^(content-length|transfer-encoding)$/i

export const readListing = async (answer: IncomingMessage): Promise<Listing> => {
  const raw = forwardable(answer.rawHeaders)
  const pairs = raw.flatMap((name, index) => (index % 2 === 0 ? [[name, raw[index + 1] ?? ''] as const] : []))
  return {
    status: answer.statusCode ?? 500,
    headers: Object.fromEntries(pairs.filter(([name]) => !withoutFraming.test(name))),
    body: await buffer(answer),
  }
}

export class Listings {
  readonly #latest = new Map<string, { readonly at: number; readonly listing: Listing }>()

  /**
   * The same listing as it was answered up to `seconds` ago, else the fresh one, which is remembered.
   *
   * @param now milliseconds.
   */
  stale(target: StorageTarget, fresh: Listing, seconds: number, now: number): Listing {
    const key = keyOf(target)
    const known = this.#latest.get(key)
    if (known !== undefined && now - known.at < seconds * 1000) return known.listing
    if (this.#latest.size >= remembered) this.#latest.clear()
    this.#latest.set(key, { at: now, listing: fresh })
    return fresh
  }
}
