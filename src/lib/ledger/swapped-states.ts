/** One row each for what concerns a whole route, and a whole rate limit. */
import type { RouteKey } from '../model.ts'
import { budgetKey, routeStateKey, sharedPartition } from './keys.ts'
import type { RouteState } from './states.ts'
import { type RowPlace, swapRow } from './swapped-row.ts'
import type { Stored, Table } from './table.ts'
import { gathered, spread } from './text-columns.ts'

const columns = 2

/** A state that another release wrote in a way nobody can read counts as none. */
const stateOf = (row: Stored | undefined): unknown => {
  try {
    return row === undefined ? undefined : JSON.parse(gathered('state', row))
  } catch {
    return undefined
  }
}

export const states = (table: Table) => {
  const swap = <T extends object>(place: RowPlace, change: (before: unknown) => T): Promise<T> =>
    swapRow(table, place, row => {
      const before = stateOf(row)
      const answer = change(before)
      const text = JSON.stringify(answer)
      return text === JSON.stringify(before) ? { answer } : { answer, columns: spread('state', text, columns) }
    })
  const ofRoute = (route: RouteKey): RowPlace => ({ partitionKey: route, rowKey: routeStateKey })
  return {
    async routeState(route: RouteKey): Promise<RouteState> {
      const { partitionKey, rowKey } = ofRoute(route)
      return (stateOf(await table.get(partitionKey, rowKey)) ?? {}) as RouteState
    },

    changeRoute: (route: RouteKey, change: (state: RouteState) => RouteState): Promise<RouteState> =>
      swap(ofRoute(route), before => change((before ?? {}) as RouteState)),

    changeBudget: <T extends object>(id: string, change: (saved: unknown) => T): Promise<T> =>
      swap({ partitionKey: sharedPartition, rowKey: budgetKey(id) }, change),
  }
}
