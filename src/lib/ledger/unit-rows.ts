/**
 * Unit rows in the table: each is swapped on its ETag, with its marker and its slot in the same batch, so that what is
 * running, due or stopped is always found by a short scan, and no more runs than there are slots.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { RouteKey } from '../model.ts'
import { isForgettable } from './forgettable.ts'
import { hashOfMarker, isMarkerKey, type KeyRange, keysWithPrefix, sortable, unitKey } from './keys.ts'
import type { HeldRow, UnitRow } from './ledger.ts'
import { fromColumns, isoText, toColumns } from './row.ts'
import { type Operation, quoted, type Scan, type Stored, type Table } from './table.ts'
import { isTableError, TableError } from './table-error.ts'

/** A marker as it stands in the table, with as much of its row as spares reading it. */
export interface Marker {
  readonly key: string
  readonly etag: string
  readonly hash: string
  /** Whether a pass of the running unit has begun. */
  readonly begun: boolean
}

const mostConflicts = 60
const conflictWait = 5

/** Turns of writers of one row in this process: swaps that would only lose against each other wait instead. */
class Turns {
  readonly #last = new Map<string, Promise<unknown>>()

  async take<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key) ?? Promise.resolve()
    const mine = before.then(work, work)
    this.#last.set(key, mine)
    try {
      return await mine
    } finally {
      if (this.#last.get(key) === mine) this.#last.delete(key)
    }
  }
}

export class UnitRows {
  readonly #table: Table
  readonly #random: () => number
  readonly #turns = new Turns()

  constructor(table: Table, random: () => number) {
    this.#table = table
    this.#random = random
  }

  async read(route: RouteKey, hash: string): Promise<HeldRow | undefined> {
    const entity = await this.#table.get(route, unitKey(hash))
    return entity === undefined ? undefined : heldOf(entity)
  }

  /**
   * Reads, decides and swaps until nobody else was faster.
   *
   * A swap whose reply is lost is sent again by the SDK and then conflicts with itself. Deciding again does no harm,
   * but a close would not know itself again: with `once`, a row that is exactly as it was to be written is taken for
   * written.
   *
   * @param decide pure but for choosing a slot; a decision without a row writes nothing.
   */
  swap<D extends { readonly row?: UnitRow | undefined }>(
    route: RouteKey,
    hash: string,
    decide: (row: UnitRow | undefined) => Promise<D> | D,
    once = false,
  ): Promise<D> {
    return this.#turns.take(`${route}/${hash}`, async () => {
      let tried: D | undefined
      for (let conflicts = 0; ; conflicts++) {
        const held = await this.read(route, hash)
        if (once && tried?.row !== undefined && held !== undefined && sameRow(held.row, tried.row)) return tried
        const decision = await decide(held?.row)
        if (decision.row === undefined || (await this.write(held, decision.row))) return decision
        if (conflicts >= mostConflicts)
          throw new TableError('conflict', `The ledger row of unit ${hash} kept changing under ${conflicts} attempts.`)
        tried = decision
        await sleep(conflictWait * (1 + conflicts) * this.#random())
      }
    })
  }

  /** @returns false where the row is no longer as it was held, or its slot has been taken. */
  async write(held: HeldRow | undefined, row: UnitRow): Promise<boolean> {
    try {
      await this.#table.batch(operationsOf(held, row))
      return true
    } catch (error) {
      if (isTableError(error) && (error.failure === 'conflict' || error.failure === 'missing')) return false
      throw error
    }
  }

  /** Whatever else is in the range is passed over: markers are removed where their row does not know them. */
  async *markers(route: RouteKey, range: KeyRange, how?: Scan): AsyncGenerator<Marker> {
    for await (const { rowKey, etag, begun } of this.#table.scan(route, range, how))
      if (isMarkerKey(rowKey)) yield { key: rowKey, etag, hash: hashOfMarker(rowKey), begun: begun === true }
  }

  /** The row that a marker stands for, undefined where it has another one by now, or none. */
  async marked(route: RouteKey, marker: Marker): Promise<HeldRow | undefined> {
    const held = await this.behind(route, marker)
    return held?.row.marker === marker.key ? held : undefined
  }

  /**
   * The row of the unit that a marker was made for, wherever that stands by now; a marker that its row does not know is
   * removed, but not one that was written again since it was read. Rows of kinds that only another release knows keep
   * theirs.
   */
  async behind(route: RouteKey, { key, etag, hash }: Marker): Promise<HeldRow | undefined> {
    const entity = await this.#table.get(route, unitKey(hash))
    if (entity?.marker !== key) await this.#table.removeAsRead({ partitionKey: route, rowKey: key, etag })
    return entity === undefined ? undefined : heldOf(entity)
  }

  /** What is in sync and at rest has neither marker nor slot, and stands alone. */
  async *forgettable(route: RouteKey, before: number): AsyncGenerator<HeldRow> {
    const filter = `outcome eq 'inSync' and state eq 'idle' and marker eq '' and inSyncAt le ${quoted(isoText(before))}`
    for await (const entity of this.#table.scan(route, keysWithPrefix('u.'), { filter })) {
      const held = heldOf(entity)
      if (held !== undefined && isForgettable(held.row, before)) yield held
    }
  }

  /** Whoever asks at this moment either swaps the row first, which keeps it, or finds none and makes it anew. */
  forget({ row, etag }: HeldRow): Promise<void> {
    return this.#table.removeAsRead({ partitionKey: row.route, rowKey: unitKey(row.hash), etag })
  }

  /** Keys of the slots that are taken. */
  async takenSlots(route: RouteKey): Promise<ReadonlySet<string>> {
    const taken = new Set<string>()
    for await (const { rowKey } of this.#table.scan(route, keysWithPrefix('s.'))) taken.add(rowKey)
    return taken
  }
}

const sameRow = (a: UnitRow, b: UnitRow) => JSON.stringify(toColumns(a)) === JSON.stringify(toColumns(b))

export const heldOf = (entity: Stored): HeldRow | undefined => {
  const row = fromColumns(entity)
  return row === undefined ? undefined : { row, etag: entity.etag }
}

/** What scans of markers filter by, so that they need not read the rows. */
const markerColumns = ({ kind, outcome, code, dueAt = 0, pass, requestedAt }: UnitRow) => ({
  kind,
  outcome: outcome ?? '',
  code: code ?? '',
  dueAt: sortable(dueAt),
  begun: pass !== '',
  requestedAt: isoText(requestedAt),
})

/** The row, its marker and its slot, so that they never disagree. */
const operationsOf = (held: HeldRow | undefined, row: UnitRow): readonly Operation[] => {
  const partitionKey = row.route
  const entity = toColumns(row)
  const operations: Operation[] = [
    held === undefined ? { do: 'insert', entity } : { do: 'merge', entity, etag: held.etag },
  ]
  const before = held?.row
  const remove = (rowKey: string) => operations.push({ do: 'remove', partitionKey, rowKey })
  if (before?.marker && before.marker !== row.marker) remove(before.marker)
  if (row.marker !== '')
    operations.push({ do: 'put', entity: { partitionKey, rowKey: row.marker, ...markerColumns(row) } })
  if (before?.slot && before.slot !== row.slot) remove(before.slot)
  if (row.slot !== '' && before?.slot !== row.slot) {
    operations.push({ do: 'insert', entity: { partitionKey, rowKey: row.slot, unit: row.hash } })
  }
  return operations
}
