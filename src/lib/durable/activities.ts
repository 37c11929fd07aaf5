/**
 * The activities: the only callers of media accounts and media storage. Each is idempotent and reads both sides
 * afresh; their types are all that orchestrators know of them.
 */
import { type ResyncDeps, resyncPage } from '../sweep/resync.ts'
import { assetActivities } from './asset-activities.ts'
import type { ActivityDeps, Tools } from './guard.ts'
import { policyActivities } from './policy-activities.ts'

export const createActivities = (deps: ActivityDeps & { readonly resync: ResyncDeps }) => ({
  ...assetActivities(deps),
  ...policyActivities(deps),

  /** One page of a resync: compares first and asks only for what differs. */
  resyncPage: async (
    input: { readonly operation: string; readonly cursor?: string },
    tools: Tools,
  ): Promise<{ readonly next?: string; readonly after?: number }> => {
    const { starts, ...answer } = await resyncPage(deps.resync, input.operation, input.cursor)
    for (const start of starts) await tools.starter.run(start)
    return answer
  },
})

export type Activities = ReturnType<typeof createActivities>
