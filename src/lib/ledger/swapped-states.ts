/** One row each for what concerns a whole route, and a whole rate limit: swapped on its ETag, since many change it. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { RouteKey } from '../model.ts'
import { budgetKey, routeStateKey, sharedPartition } from './keys.ts'
import type { RouteState } from './states.ts'
import type { Stored, Table } from './table.ts'
import { isTableError, TableError } from './table-error.ts'
import { gathered, spread } from './text-columns.ts'

const columns = 2
const mostConflicts = 40
/** Milliseconds, growing with every conflict. */
const conflictWait = 5

interface Place {
  readonly partitionKey: string
  readonly rowKey: string
}

/** A state that another release wrote in a way nobody can read counts as none. */
const stateOf = (row: Stored | undefined): unknown => {
  try {
    return row === undefined ? undefined : JSON.parse(gathered('state', row))
  } catch {
    return undefined
  }
}

/** States as rows of their own, so that no two writers undo each other. */
export const states = (table: Table) => {
  const write = async (place: Place, held: Stored | undefined, state: object): Promise<boolean> => {
    const entity = { ...place, ...spread('state', JSON.stringify(state), columns) }
    try {
      await table.batch([held === undefined ? { do: 'insert', entity } : { do: 'merge', entity, etag: held.etag }])
      return true
    } catch (error) {
      if (isTableError(error) && (error.failure === 'conflict' || error.failure === 'missing')) return false
      throw error
    }
  }
  const swap = async <T extends object>(place: Place, change: (before: unknown) => T): Promise<T> => {
    for (let conflicts = 0; conflicts < mostConflicts; conflicts++) {
      const held = await table.get(place.partitionKey, place.rowKey)
      const before = stateOf(held)
      const after = change(before)
      if (JSON.stringify(after) === JSON.stringify(before) || (await write(place, held, after))) return after
      await sleep(conflictWait * (1 + conflicts) * Math.random())
    }
    throw new TableError('conflict', `The state ${place.partitionKey}/${place.rowKey} kept changing.`)
  }
  const ofRoute = (route: RouteKey): Place => ({ partitionKey: route, rowKey: routeStateKey })
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
