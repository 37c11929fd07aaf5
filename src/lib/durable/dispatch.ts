import type { Ledger } from '../ledger/ledger.ts'
import type { Route } from '../model.ts'
import type { Starter } from './runs.ts'

/**
 * Moves the rows of one route on: starts what is due and fits, repeats starts that nobody has heard of, and follows
 * runs whose instance is gone. Nothing here calls a media account.
 */
export const dispatchRoute = async (ledger: Ledger, starter: Starter, route: Route): Promise<void> => {
  // Read before the instance is asked for: a pass that shows life in between keeps its row.
  for (const { row, etag } of await ledger.suspects(route.key)) {
    const instance = await starter.instance(`u-${row.hash}-${row.run}`)
    await starter.run(await ledger.orphaned(row, etag, instance))
  }
  if (route.mode === 'paused') return
  if (route.mode === 'replicate') await takeUpPaused(ledger, route)
  for (const start of await ledger.admit(route.key)) await starter.run(start)
}

/** What was left because the route did not write is asked for again once it does. */
const takeUpPaused = async (ledger: Ledger, route: Route): Promise<void> => {
  for (const code of ['RoutePaused', 'OnHold'] as const) {
    let cursor: string | undefined
    do {
      const page = await ledger.list({ route: route.key, code, ...(cursor === undefined ? {} : { cursor }) })
      for (const row of page.rows) {
        if (row.state === 'idle' && row.observed >= row.desired)
          await ledger.request(row, { reason: 'settled', priority: 'bulk' })
      }
      cursor = page.next
    } while (cursor !== undefined)
  }
}
