/** One row for each account that does not answer: every pass that has met it tells, and whoever watches it takes it back. */
import { type Code, isCode } from '../codes.ts'
import type { AccountKey, Clock } from '../model.ts'
import { accountKey, sharedPartition } from './keys.ts'
import { type Columns, isoText, optional, time } from './row.ts'
import type { AccountState } from './states.ts'
import { swapRow } from './swapped-row.ts'
import type { Stored, Table } from './table.ts'

const stateOf = (row: Stored | undefined): AccountState => {
  const code = String(row?.code ?? '')
  return {
    ...optional('until', time(row?.until)),
    ...(isCode(code) ? { code } : {}),
    ...optional('downSince', time(row?.downSince)),
  }
}

const columnsOf = ({ until, code, downSince }: AccountState): Columns => ({
  until: isoText(until),
  code: code ?? '',
  downSince: isoText(downSince),
})

export const accountStates = (table: Table, clock: Clock) => {
  /** @param change answers undefined for a state that stays. */
  const swap = (account: AccountKey, change: (before: AccountState) => AccountState | undefined): Promise<void> =>
    swapRow(table, { partitionKey: sharedPartition, rowKey: accountKey(account) }, row => {
      const after = change(stateOf(row))
      return { answer: undefined, ...(after === undefined ? {} : { columns: columnsOf(after) }) }
    })
  return {
    accountState: async (account: AccountKey): Promise<AccountState> =>
      stateOf(await table.get(sharedPartition, accountKey(account))),

    /** The latest of several holds counts. */
    holdAccount: (account: AccountKey, until: number, code: Code): Promise<void> =>
      swap(account, before => {
        const later = (before.until ?? 0) < until
        if (!later && before.downSince !== undefined) return undefined
        return { ...before, ...(later ? { until, code } : {}), downSince: before.downSince ?? clock() }
      }),

    accountAnswers: (account: AccountKey, downSince: number): Promise<void> =>
      swap(account, before => (before.downSince === downSince ? {} : undefined)),
  }
}
