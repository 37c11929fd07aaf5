import { app, type Ready } from '../lib/app.ts'
import type { Activities } from '../lib/durable/activities.ts'
import type { Tools } from '../lib/durable/guard.ts'
import { replicateAsset } from '../lib/durable/orchestrators/replicate-asset.ts'
import { replicatePolicy } from '../lib/durable/orchestrators/replicate-policy.ts'
import { sweepPages } from '../lib/durable/orchestrators/sweep-pages.ts'
import { activityFunction, orchestratorFunction } from '../lib/durable/runs.ts'
import { once } from '../lib/once.ts'
import { later } from './later.ts'

orchestratorFunction('replicateAsset', replicateAsset)
orchestratorFunction('replicatePolicy', replicatePolicy)
orchestratorFunction('sweepPages', sweepPages)

const names = {
  surveyAsset: true,
  withdrawLocators: true,
  removeTwin: true,
  prepareTwin: true,
  copyFiles: true,
  publishTwin: true,
  closeRun: true,
  syncPolicy: true,
  sweepPage: true,
} satisfies Record<keyof Activities, true>

const activitiesOf = async (ready: Ready): Promise<Activities> => {
  const [{ createActivities }, whole] = await Promise.all([import('../lib/durable/activities.ts'), ready.whole()])
  const { ledger, pairs, sweep, clock, telemetry } = whole
  return createActivities({ ledger, pair: pairs.pair, sweep, clock, measure: telemetry.measure })
}

// A Broken app has no activities: instances under way fail, and dispatch follows each with a new run once the settings
// are whole.
if (app.state === 'ready') {
  const ready = app
  const activities = once(() => activitiesOf(ready))
  // Each takes what its orchestrator gives it: `Activities` is the contract of both.
  const activity = async (name: keyof Activities) =>
    (await activities())[name] as (input: unknown, tools: Tools) => Promise<unknown>
  for (const name of Object.keys(names) as (keyof Activities)[])
    activityFunction(
      name,
      later(() => activity(name)),
    )
}
