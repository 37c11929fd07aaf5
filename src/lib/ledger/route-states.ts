/** One row a route, for what concerns all its units: swapped on its ETag, since several activities change it. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { RouteKey } from '../model.ts'
import { routeStateKey } from './keys.ts'
import type { RouteState } from './states.ts'
import type { Stored, Table } from './table.ts'
import { isTableError, TableError } from './table-error.ts'
import { gathered, spread } from './text-columns.ts'

const columns = 2
const mostConflicts = 40
/** Milliseconds, growing with every conflict. */
const conflictWait = 5

/** A state that another release wrote in a way nobody can read counts as none. */
const stateOf = (row: Stored | undefined): RouteState => {
  try {
    return row === undefined ? {} : (JSON.parse(gathered('state', row)) as RouteState)
  } catch {
    return {}
  }
}

/** The state of a route as a row of its own, swapped on its ETag so that no two writers undo each other. */
export const routeStates = (table: Table) => {
  const write = async (route: RouteKey, held: Stored | undefined, state: RouteState): Promise<boolean> => {
    const entity = { partitionKey: route, rowKey: routeStateKey, ...spread('state', JSON.stringify(state), columns) }
    try {
      await table.batch([held === undefined ? { do: 'insert', entity } : { do: 'merge', entity, etag: held.etag }])
      return true
    } catch (error) {
      if (isTableError(error) && (error.failure === 'conflict' || error.failure === 'missing')) return false
      throw error
    }
  }
  return {
    routeState: async (route: RouteKey): Promise<RouteState> => stateOf(await table.get(route, routeStateKey)),

    async changeRoute(route: RouteKey, change: (state: RouteState) => RouteState): Promise<RouteState> {
      for (let conflicts = 0; conflicts < mostConflicts; conflicts++) {
        const held = await table.get(route, routeStateKey)
        const before = stateOf(held)
        const after = change(before)
        if (JSON.stringify(after) === JSON.stringify(before) || (await write(route, held, after))) return after
        await sleep(conflictWait * (1 + conflicts) * Math.random())
      }
      throw new TableError('conflict', `The state of route ${route} kept changing.`)
    },
  }
}
