/** Rows that several writers change: each is swapped on its ETag, so that none undoes what another has just written. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Columns } from './row.ts'
import type { Stored, Table } from './table.ts'
import { isTableError, TableError } from './table-error.ts'

const mostConflicts = 40
/** Milliseconds, growing with every conflict. */
const conflictWait = 5

export interface RowPlace {
  readonly partitionKey: string
  readonly rowKey: string
}

export interface RowChange<T> {
  /** All that the row is to say; absent where it stays as it is. */
  readonly columns?: Columns
  readonly answer: T
}

const write = async (table: Table, place: RowPlace, held: Stored | undefined, columns: Columns): Promise<boolean> => {
  const entity = { ...columns, ...place }
  try {
    await table.batch([held === undefined ? { do: 'insert', entity } : { do: 'merge', entity, etag: held.etag }])
    return true
  } catch (error) {
    if (isTableError(error) && (error.failure === 'conflict' || error.failure === 'missing')) return false
    throw error
  }
}

/**
 * Reads, decides and swaps until nobody else was faster.
 * @param decide pure; may be asked several times.
 */
export const swapRow = async <T>(
  table: Table,
  place: RowPlace,
  decide: (row: Stored | undefined) => RowChange<T>,
): Promise<T> => {
  for (let conflicts = 0; conflicts < mostConflicts; conflicts++) {
    const held = await table.get(place.partitionKey, place.rowKey)
    const { columns, answer } = decide(held)
    if (columns === undefined || (await write(table, place, held, columns))) return answer
    await sleep(conflictWait * (1 + conflicts) * Math.random())
  }
  throw new TableError('conflict', `The row ${place.partitionKey}/${place.rowKey} kept changing.`)
}
