import { app } from '../lib/app.ts'
import { createActivities } from '../lib/durable/activities.ts'
import { replicateAsset } from '../lib/durable/orchestrators/replicate-asset.ts'
import { replicatePolicy } from '../lib/durable/orchestrators/replicate-policy.ts'
import { resyncPages } from '../lib/durable/orchestrators/resync-pages.ts'
import { activityFunction, orchestratorFunction } from '../lib/durable/runs.ts'

orchestratorFunction('replicateAsset', replicateAsset)
orchestratorFunction('replicatePolicy', replicatePolicy)
orchestratorFunction('resyncPages', resyncPages)

// A Broken app has no activities: instances under way fail, and dispatch follows each with a new run once the settings
// are whole.
if (app.state === 'ready') {
  const activities = createActivities({ ledger: app.ledger, pair: app.pairs.pair, resync: app.resync })
  activityFunction('surveyAsset', activities.surveyAsset)
  activityFunction('withdrawLocators', activities.withdrawLocators)
  activityFunction('prepareTwin', activities.prepareTwin)
  activityFunction('copyFiles', activities.copyFiles)
  activityFunction('publishTwin', activities.publishTwin)
  activityFunction('closeRun', activities.closeRun)
  activityFunction('syncPolicy', activities.syncPolicy)
  activityFunction('resyncPage', activities.resyncPage)
}
