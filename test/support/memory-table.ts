/** A table in memory with ETags, batches and scans in key order, as the ledger asks of one. */
import type { Columns } from '../../src/lib/ledger/row.ts'
import type { AsRead, Entity, Operation, Stored, Table } from '../../src/lib/ledger/table.ts'
import { TableError } from '../../src/lib/ledger/table-error.ts'

/** The few comparisons that the ledger filters by. */
const passes = (filter: string | undefined, row: Columns): boolean => {
  if (filter === undefined) return true
  return filter.split(' and ').every(term => {
    const [, name = '', operator, value = ''] = /^(\w+) (eq|le) '(.*)'$/.exec(term) ?? []
    if (operator === undefined) throw new Error(`The table in memory does not know ${term}`)
    const held = String(row[name])
    return operator === 'eq' ? held === value : held <= value
  })
}

class Partition {
  readonly rows = new Map<string, Stored>()
  readonly #keys: string[] = []

  /** Index of the first key that is not before it. */
  #at(key: string): number {
    let [low, high] = [0, this.#keys.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#keys[middle] ?? '') < key) low = middle + 1
      else high = middle
    }
    return low
  }

  set(row: Stored): void {
    if (!this.rows.has(row.rowKey)) this.#keys.splice(this.#at(row.rowKey), 0, row.rowKey)
    this.rows.set(row.rowKey, row)
  }

  remove(key: string): void {
    if (this.rows.delete(key)) this.#keys.splice(this.#at(key), 1)
  }

  /** The first key from one on and before another. */
  next(from: string, to: string): string | undefined {
    const key = this.#keys[this.#at(from)]
    return key !== undefined && key < to ? key : undefined
  }
}

export class MemoryTable implements Table {
  readonly #partitions = new Map<string, Partition>()
  #etag = 0
  /** Batches that were written. */
  writes = 0

  async create(): Promise<void> {}

  async get(partitionKey: string, rowKey: string): Promise<Stored | undefined> {
    return this.#partition(partitionKey).rows.get(rowKey)
  }

  async *scan(
    partitionKey: string,
    { from, to }: { readonly from: string; readonly to: string },
    how: { readonly filter?: string } = {},
  ): AsyncGenerator<Stored> {
    const partition = this.#partition(partitionKey)
    for (let key = partition.next(from, to); key !== undefined; key = partition.next(`${key}\0`, to)) {
      const row = partition.rows.get(key)
      if (row !== undefined && passes(how.filter, row)) yield row
    }
  }

  async batch(operations: readonly Operation[]): Promise<void> {
    for (const operation of operations) this.#check(operation)
    this.writes += 1
    for (const operation of operations) this.#apply(operation)
  }

  async removeAsRead(row: AsRead): Promise<void> {
    if (this.#heldFor(row)?.etag === row.etag) this.#partition(row.partitionKey).remove(row.rowKey)
  }

  #check(operation: Operation): void {
    if (operation.do === 'put' || operation.do === 'remove') return
    const held = this.#heldFor(operation.entity)
    if (operation.do === 'insert' ? held !== undefined : held?.etag !== operation.etag)
      throw new TableError('conflict', `${operation.entity.rowKey} is not as it was held.`)
  }

  #apply(operation: Operation): void {
    if (operation.do === 'remove') {
      this.#partition(operation.partitionKey).remove(operation.rowKey)
      return
    }
    const { entity } = operation
    const before = operation.do === 'merge' ? this.#heldFor(entity) : undefined
    this.#partition(entity.partitionKey).set({ ...before, ...entity, etag: String(++this.#etag) })
  }

  #heldFor({ partitionKey, rowKey }: Pick<Entity, 'partitionKey' | 'rowKey'>): Stored | undefined {
    return this.#partition(partitionKey).rows.get(rowKey)
  }

  #partition(key: string): Partition {
    const partition = this.#partitions.get(key) ?? new Partition()
    this.#partitions.set(key, partition)
    return partition
  }
}
