/** Locators that an operator has withdrawn: a row each, the only thing here that the accounts cannot tell again. */
import type { Clock, RouteKey } from '../model.ts'
import { isWithdrawalKey, withdrawalKey, withdrawalKeys } from './keys.ts'
import { type Withdrawal, withdrawalResults } from './ledger.ts'
import { isoText, optional, time } from './row.ts'
import type { Stored, Table } from './table.ts'
import { isTableError } from './table-error.ts'

const text = (value: unknown) => (typeof value === 'string' ? value : '')

const withdrawalOf = ({ locator, at, result, asset }: Stored): Withdrawal => {
  const known = withdrawalResults.find(one => one === result)
  return {
    locator: text(locator),
    at: time(at) ?? 0,
    ...optional('result', known),
    ...optional('asset', text(asset) || undefined),
  }
}

export const withdrawals = (table: Table, clock: Clock) => ({
  async withdrawLocators(route: RouteKey, locators: readonly string[]): Promise<void> {
    const at = isoText(clock())
    for (const locator of locators)
      await table.batch([{ do: 'put', entity: { partitionKey: route, rowKey: withdrawalKey(locator), locator, at } }])
  },

  async noteWithdrawals(route: RouteKey, found: readonly Omit<Withdrawal, 'at'>[]): Promise<void> {
    for (const { locator, result = '', asset = '' } of found) {
      const held = await table.get(route, withdrawalKey(locator))
      if (held === undefined) continue
      const entity = { partitionKey: route, rowKey: held.rowKey, result, asset }
      try {
        await table.batch([{ do: 'merge', entity, etag: held.etag }])
      } catch (error) {
        if (!isTableError(error) || (error.failure !== 'conflict' && error.failure !== 'missing')) throw error
      }
    }
  },

  async liftWithdrawal(route: RouteKey, locators: readonly string[]): Promise<void> {
    for (const locator of locators)
      await table.batch([{ do: 'remove', partitionKey: route, rowKey: withdrawalKey(locator) }])
  },

  async withdrawals(route: RouteKey, top: number, cursor?: string) {
    const from = cursor !== undefined && isWithdrawalKey(cursor) ? `${cursor}!` : withdrawalKeys.from
    const found: Withdrawal[] = []
    for await (const row of table.scan(route, { ...withdrawalKeys, from }, { ahead: top })) {
      found.push(withdrawalOf(row))
      if (found.length >= top) return { withdrawals: found, next: row.rowKey }
    }
    return { withdrawals: found }
  },

  async withdrawn(route: RouteKey, locators: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await Promise.all(locators.map(locator => table.get(route, withdrawalKey(locator))))
    return new Set(locators.filter((_, index) => rows[index] !== undefined).map(name => name.toLowerCase()))
  },
})
