/**
 * The activities: the only callers of media accounts and media storage. Each is idempotent and reads both sides
 * afresh; their types are all that orchestrators know of them.
 */
import { type SweepDeps, sweepPage } from '../sweep/page.ts'
import { assetActivities } from './asset-activities.ts'
import type { ActivityDeps, Tools } from './guard.ts'
import { policyActivities } from './policy-activities.ts'

export const createActivities = (deps: ActivityDeps & { readonly sweep: SweepDeps }) => ({
  ...assetActivities(deps),
  ...policyActivities(deps),

  /** One page of a resync or a sweep: compares first and asks only for what differs. */
  sweepPage: async (
    input: { readonly operation: string; readonly cursor?: string },
    tools: Tools,
  ): Promise<{ readonly next?: string; readonly after?: number }> => {
    const { starts, found, ...answer } = await sweepPage(deps.sweep, input.operation, input.cursor)
    if (found !== undefined) deps.measure('twinstream.drift', found.units, { route: found.route, sweep: found.sweep })
    for (const start of starts) await tools.starter.run(start)
    return answer
  },
})

export type Activities = ReturnType<typeof createActivities>
