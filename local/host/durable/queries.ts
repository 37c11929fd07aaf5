import type { SQLInputValue } from 'node:sqlite'
import type { Instance } from './instance.ts'
import { type DurableStore, toInstance } from './store.ts'

/** Which instances; times in milliseconds since 1970, both bounds inclusive. */
export interface InstanceFilter {
  readonly createdFrom?: number
  readonly createdTo?: number
  readonly statuses?: readonly string[]
  readonly idPrefix?: string
}

/** A page of instances in the order of their ids, starting behind `after`. */
export const listInstances = (
  store: DurableStore,
  filter: InstanceFilter,
  page: { readonly after?: string; readonly top: number },
): Instance[] => {
  const { where, values } = conditions(filter)
  const after = page.after === undefined ? [] : ['id > ?']
  const clause = [...where, ...after].join(' AND ') || 'TRUE'
  const bound = page.after === undefined ? values : [...values, page.after]
  return store.db
    .all<Parameters<typeof toInstance>[0]>(
      `SELECT * FROM instances WHERE ${clause} ORDER BY id LIMIT ?`,
      ...bound,
      page.top,
    )
    .map(toInstance)
}

/** Removes finished instances that match; says how many. */
export const purgeInstances = (store: DurableStore, filter: InstanceFilter): number => {
  const { where, values } = conditions(filter)
  const clause = [...where, "status IN ('Completed', 'Failed', 'Terminated')"].join(' AND ')
  return store.write(() => store.db.run(`DELETE FROM instances WHERE ${clause}`, ...values))
}

const conditions = (filter: InstanceFilter): { where: string[]; values: SQLInputValue[] } => {
  const where: string[] = []
  const values: SQLInputValue[] = []
  const add = (condition: string, ...more: SQLInputValue[]) => {
    where.push(condition)
    values.push(...more)
  }
  if (filter.createdFrom !== undefined) add('created_at >= ?', filter.createdFrom)
  if (filter.createdTo !== undefined) add('created_at <= ?', filter.createdTo)
  if (filter.idPrefix) add('substr(id, 1, ?) = ?', filter.idPrefix.length, filter.idPrefix)
  if (filter.statuses?.length) add(`status IN (${filter.statuses.map(() => '?').join(', ')})`, ...filter.statuses)
  return { where, values }
}
