import { setTimeout as sleep } from 'node:timers/promises'
import type { TableClient, TransactionAction } from '@azure/data-tables'
import type { KeyRange } from './keys.ts'
import type { Columns } from './row.ts'
import { isTableError, tableError } from './table-error.ts'

/** What identifies a row, with its columns. */
export type Entity = Columns & { readonly partitionKey: string; readonly rowKey: string }

/** A row as it was read. */
export type Stored = Entity & { readonly etag: string }

/** Which row, and as it was when. */
export type AsRead = Pick<Stored, 'partitionKey' | 'rowKey' | 'etag'>

/** One operation of a batch. Every change of what exists names the ETag it was decided on: omitted ones would overwrite. */
export type Operation =
  | { readonly do: 'insert'; readonly entity: Entity }
  | { readonly do: 'merge'; readonly entity: Entity; readonly etag: string }
  /** Overwrites; only for rows that hold nothing but what another row of the same batch, pinned by its ETag, says. */
  | { readonly do: 'put'; readonly entity: Entity }
  /** The service ignores ETags on deletes in a batch, so the batch needs a `merge` that pins them. */
  | { readonly do: 'remove'; readonly partitionKey: string; readonly rowKey: string }

export interface Scan {
  /** OData, over columns. */
  readonly filter?: string
  /** Only these columns; all by default. */
  readonly columns?: readonly string[]
  /** Rows read ahead at most; fewer for readers that stop early. @default 1000 */
  readonly ahead?: number
}

/** The few things the ledger asks of a table. Every method throws TableError. */
export interface Table {
  create(): Promise<void>
  get(partitionKey: string, rowKey: string): Promise<Stored | undefined>
  /** In row key order, page after page. */
  scan(partitionKey: string, range: KeyRange, how?: Scan): AsyncIterable<Stored>
  /** All or nothing, in one partition. Removals of rows that are gone already count as done. */
  batch(operations: readonly Operation[]): Promise<void>
  /** Removes a row that is still as it was read: one that is gone, or was written since, is left. */
  removeAsRead(row: AsRead): Promise<void>
}

/** Longest time for one operation with the retries of the SDK; never scaled. */
const operationTimeout = 30_000
const tries = 4
const firstWait = 50

const stored = (entity: Record<string, unknown>): Stored => entity as unknown as Stored

const actionOf = (operation: Operation): TransactionAction => {
  switch (operation.do) {
    case 'insert':
      return ['create', operation.entity]
    case 'merge':
      return ['update', operation.entity, 'Merge', { etag: operation.etag }]
    case 'put':
      return ['upsert', operation.entity, 'Replace']
    case 'remove':
      return ['delete', { partitionKey: operation.partitionKey, rowKey: operation.rowKey }]
  }
}

/** A quote in a key or value of a filter is doubled. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** @param random for the jitter of retries, in [0, 1). */
export const openTable = (client: TableClient, random: () => number): Table => {
  const call = async <T>(doing: string, run: (options: { abortSignal: AbortSignal }) => Promise<T>): Promise<T> => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await run({ abortSignal: AbortSignal.timeout(operationTimeout) })
      } catch (cause) {
        const error = tableError(doing, cause)
        if (!isTableError(error) || attempt >= tries) throw error
        if (error.failure === 'tableMissing') await client.createTable()
        // What gave no answer has been tried again by the SDK already; an error inside a batch has not.
        else if (error.failure !== 'unavailable' || error.status === undefined) throw error
        await sleep(firstWait * 2 ** attempt * (1 + random()))
      }
    }
  }

  /** Deleting a marker that is gone fails the whole batch: again without it. */
  const batch = async (operations: readonly Operation[]): Promise<void> => {
    try {
      await call('writing a batch', options => client.submitTransaction(operations.map(actionOf), options))
    } catch (error) {
      const index = isTableError(error) && error.failure === 'missing' ? error.index : undefined
      if (index === undefined || operations[index]?.do !== 'remove') throw error
      const rest = operations.filter((_, at) => at !== index)
      if (rest.length > 0) await batch(rest)
    }
  }

  return {
    create: () => call('creating the table', options => client.createTable(options)),
    async get(partitionKey, rowKey) {
      try {
        return stored(await call(`reading ${rowKey}`, options => client.getEntity(partitionKey, rowKey, options)))
      } catch (error) {
        if (isTableError(error) && error.failure === 'missing') return undefined
        throw error
      }
    },
    async *scan(partitionKey, { from, to }, { filter, columns, ahead = 1000 } = {}) {
      const range = `PartitionKey eq ${quoted(partitionKey)} and RowKey ge ${quoted(from)} and RowKey lt ${quoted(to)}`
      const query = {
        filter: filter === undefined ? range : `${range} and (${filter})`,
        ...(columns === undefined ? {} : { select: [...columns] }),
      }
      let continuationToken: string | undefined
      do {
        const token = continuationToken
        const page = await call('listing rows', async options => {
          const pages = client
            .listEntities({ queryOptions: query, ...options })
            .byPage({ maxPageSize: ahead, ...(token === undefined ? {} : { continuationToken: token }) })
          return (await pages.next()).value
        })
        for (const entity of page ?? []) yield stored(entity)
        continuationToken = page?.continuationToken
      } while (continuationToken !== undefined)
    },
    batch,
    async removeAsRead({ partitionKey, rowKey, etag }) {
      try {
        await call(`removing ${rowKey}`, options => client.deleteEntity(partitionKey, rowKey, { ...options, etag }))
      } catch (error) {
        if (!isTableError(error) || (error.failure !== 'missing' && error.failure !== 'conflict')) throw error
      }
    },
  }
}
