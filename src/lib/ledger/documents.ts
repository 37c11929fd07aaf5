import type { Clock } from '../model.ts'
import { accountStates } from './account-states.ts'
import {
  idOfOperation,
  keysWithPrefix,
  operationKey,
  pageOfReport,
  reportKey,
  reportPrefix,
  sharedPartition,
} from './keys.ts'
import type { OperationDocument, ReportPage } from './ledger.ts'
import { inBatches, sightings } from './sightings.ts'
import { type RowChange, swapRow } from './swapped-row.ts'
import { states } from './swapped-states.ts'
import type { Operation, Table } from './table.ts'
import { isTableError } from './table-error.ts'
import { gathered, spread } from './text-columns.ts'
import { withdrawals } from './withdrawals.ts'

/** A document of an operation, and a page of its report, may take this many columns of 30,000 characters. */
const documentColumns = 4
const pageColumns = 12

/** What the ledger keeps beside the units: single rows that are written whole. */
export const documents = (table: Table, clock: Clock) => {
  const put = (partitionKey: string, rowKey: string, columns: object) =>
    table.batch([{ do: 'put', entity: { ...columns, partitionKey, rowKey } }])
  return {
    ...accountStates(table, clock),
    ...sightings(table, clock),
    ...withdrawals(table, clock),
    ...states(table),

    saveOperation: (id: string, document: object): Promise<void> =>
      put(sharedPartition, operationKey(id), spread('document', JSON.stringify(document), documentColumns)),

    changeOperation: <T extends object>(id: string, change: (document: unknown) => T | undefined) =>
      swapRow(table, { partitionKey: sharedPartition, rowKey: operationKey(id) }, (row): RowChange<T | undefined> => {
        const answer = change(row === undefined ? undefined : JSON.parse(gathered('document', row)))
        if (answer === undefined) return { answer }
        return { answer, columns: spread('document', JSON.stringify(answer), documentColumns) }
      }),

    /** Ids come from addresses: one that could not have been saved is unknown, not an error of the table. */
    async operation(id: string): Promise<unknown> {
      if (!/^[\w-]{1,100}$/.test(id)) return undefined
      const row = await table.get(sharedPartition, operationKey(id))
      return row === undefined ? undefined : JSON.parse(gathered('document', row))
    },

    async *operations(prefix = '', after?: string): AsyncGenerator<OperationDocument> {
      const all = keysWithPrefix(operationKey(prefix))
      const range = after === undefined ? all : { ...all, from: `${operationKey(after)}!` }
      for await (const row of table.scan(sharedPartition, range, { ahead: 100 }))
        yield { id: idOfOperation(row.rowKey), document: JSON.parse(gathered('document', row)) }
    },

    removeOperation: (id: string): Promise<void> =>
      table.batch([{ do: 'remove', partitionKey: sharedPartition, rowKey: operationKey(id) }]),

    saveReport: (id: string, page: number, lines: readonly string[]): Promise<void> =>
      put(sharedPartition, reportKey(id, page), spread('lines', lines.join('\n'), pageColumns)),

    async keepReport(id: string, page: number, lines: readonly string[]): Promise<void> {
      const entity = {
        ...spread('lines', lines.join('\n'), pageColumns),
        partitionKey: sharedPartition,
        rowKey: reportKey(id, page),
      }
      try {
        await table.batch([{ do: 'insert', entity }])
      } catch (error) {
        if (!isTableError(error) || error.failure !== 'conflict') throw error
      }
    },

    async removeReport(id: string): Promise<void> {
      const pages: Operation[] = []
      // A page of a report is long.
      const keysOnly = { columns: ['PartitionKey', 'RowKey'] }
      for await (const { rowKey } of table.scan(sharedPartition, keysWithPrefix(reportPrefix(id)), keysOnly))
        pages.push({ do: 'remove', partitionKey: sharedPartition, rowKey })
      await inBatches(table, pages)
    },

    async *report(id: string, from = 0): AsyncGenerator<ReportPage> {
      const range = { ...keysWithPrefix(reportPrefix(id)), from: reportKey(id, from) }
      for await (const row of table.scan(sharedPartition, range)) {
        const lines = gathered('lines', row)
        if (lines !== '') yield { page: pageOfReport(row.rowKey), lines: lines.split('\n') }
      }
    },
  }
}
