/**
 * What a walk does with each list: how a page of it is read, and which of what it shows has to be compared on both
 * sides. Whatever the ledger knows to be as listed is passed by, so that a quiet account costs lists and little else.
 */
import pLimit from 'p-limit'
import type { Ledger } from '../ledger/ledger.ts'
import type { MediaReader, Page } from '../media/ports.ts'
import type { AccountKey, Caller, Clock, Kind, Named, Route, Unit } from '../model.ts'
import type { Operation } from './operation.ts'

export interface Picked {
  readonly units: readonly Unit[]
  readonly unchanged: number
  readonly afterwards?: () => Promise<void>
}

export interface Walk<T extends Named = Named> {
  list(token: string | undefined): Promise<Page<T>>
  pick(items: readonly T[]): Promise<Picked>
  /** Items of one activity: some seconds of work, and a report page that fits one row of the ledger. */
  readonly most: number
}

export interface WalkDeps {
  readonly ledger: Ledger
  readonly clock: Clock
  reader(account: AccountKey, caller: Caller): MediaReader
}

export interface Walking {
  readonly deps: WalkDeps
  readonly operation: Operation
  readonly route: Route
  readonly source: MediaReader
  readonly target: MediaReader
}

export const unitsPerPage = 25
const concurrency = 16

/** All of them, some at once, in their order. */
export const each = <T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> => {
  const limit = pLimit(concurrency)
  return Promise.all(items.map(item => limit(() => work(item))))
}

export const unitOf = ({ route }: Walking, kind: Kind, name: string): Unit => ({ route: route.key, kind, name })

/** Every item is a unit to be compared. */
export const plain =
  (walking: Walking, kind: Kind) =>
  async (items: readonly Named[]): Promise<Picked> => ({
    units: items.map(({ name }) => unitOf(walking, kind, name)),
    unchanged: 0,
  })
