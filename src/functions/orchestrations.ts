import { app } from '../lib/app.ts'
import { createActivities } from '../lib/durable/activities.ts'
import { replicateAsset } from '../lib/durable/orchestrators/replicate-asset.ts'
import { replicatePolicy } from '../lib/durable/orchestrators/replicate-policy.ts'
import { sweepPages } from '../lib/durable/orchestrators/sweep-pages.ts'
import { activityFunction, orchestratorFunction } from '../lib/durable/runs.ts'

orchestratorFunction('replicateAsset', replicateAsset)
orchestratorFunction('replicatePolicy', replicatePolicy)
orchestratorFunction('sweepPages', sweepPages)

// A Broken app has no activities: instances under way fail, and dispatch follows each with a new run once the settings
// are whole.
if (app.state === 'ready') {
  const { ledger, pairs, sweep, clock, telemetry } = app
  const activities = createActivities({ ledger, pair: pairs.pair, sweep, clock, measure: telemetry.measure })
  activityFunction('surveyAsset', activities.surveyAsset)
  activityFunction('withdrawLocators', activities.withdrawLocators)
  activityFunction('removeTwin', activities.removeTwin)
  activityFunction('prepareTwin', activities.prepareTwin)
  activityFunction('copyFiles', activities.copyFiles)
  activityFunction('publishTwin', activities.publishTwin)
  activityFunction('closeRun', activities.closeRun)
  activityFunction('syncPolicy', activities.syncPolicy)
  activityFunction('sweepPage', activities.sweepPage)
}
