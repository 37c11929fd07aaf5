/** The rows of docs/unproven.md, in its order; a test holds both against each other. */
import type { Check } from './check.ts'
import { deployedApp, identity, manifests, missingCode, rateLimits, sameIds } from './reading.ts'
import { assetWithLocators, deletedTwice, existsTwice, idTwice } from './writing.ts'

export const checks: readonly Check[] = [
  { id: 'functions-host', run: deployedApp },
  { id: 'host-dies', byHand: 'somebody has to stop an instance' },
  { id: 'version-strategy', byHand: 'needs a deployment while a copy is under way' },
  { id: 'history-purge', byHand: 'needs a hub with some thousand instances; the log line `tidied` tells' },
  { id: 'job-events', byHand: 'needs an encoding, and a subscription to look at' },
  { id: 'resource-events', byHand: 'needs a subscription to the resource group to look at' },
  { id: 'same-ids', run: sameIds },
  { id: 'id-scope', writes: true, run: idTwice },
  { id: 'exists-twice', writes: true, run: existsTwice },
  { id: 'deleted-twice', writes: true, run: deletedTwice },
  { id: 'missing-code', run: missingCode },
  { id: 'asset-with-locators', writes: true, run: assetWithLocators },
  { id: 'rate-limits', run: rateLimits },
  { id: 'copy-between-regions', byHand: 'replicate an asset and use `npm run compare`, which reads every byte' },
  { id: 'delegation-sas', byHand: 'set it for the source, and replicate an asset' },
  { id: 'index-tags', byHand: 'needs a file with tags, and an identity without the right to list them' },
  { id: 'identity', run: identity },
  { id: 'host-logs', byHand: 'needs a deployed app, and a query of its workspace' },
  { id: 'metrics-by-identity', byHand: 'needs a deployed app, and a query of its workspace' },
  { id: 'last-metrics', byHand: 'somebody has to take an instance away' },
  { id: 'queries-run', byHand: 'open the workbook of a deployed app' },
  { id: 'topic-metrics', byHand: 'open the workbook of a deployed app' },
  { id: 'bicep', byHand: 'needs the compiler, and a subscription of tests' },
  { id: 'group-events', byHand: 'the metrics of the topic in the portal tell' },
  { id: 'players-move', byHand: 'somebody has to stop an endpoint, and watch a player' },
  { id: 'manifests-play', run: manifests },
  { id: 'speed', byHand: 'measure a resync in the deployed app' },
]
