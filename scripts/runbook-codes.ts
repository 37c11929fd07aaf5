/** What the runbook says of codes beside cause and remedy: how one sees them, and how one sees that they are over. */
import type { Code } from '../src/lib/codes.ts'
import type { readinessCodes } from '../src/lib/readiness-codes.ts'

export interface Signs {
  readonly seen: string
  readonly over: string
}

const unit = 'GET /api/units?route=…&kind=…&name=…'
/** All units with the code settle by themselves, or when somebody has acted. */
const listEmpties = (code: string): string => `\`GET /api/units?route=…&code=${code}\` lists nothing any more.`
const inSync = `\`${unit}\` says \`inSync\`, and \`pending\` is false.`

/** Codes of readiness are reasons in one answer, and told in one way. */
export const signs: Readonly<Record<Exclude<Code, keyof typeof readinessCodes>, Signs>> = {
  SourceUnavailable: {
    seen: 'Units of every route from the account are `waiting` with it. After ten minutes the alert [route-on-hold](#alert-route-on-hold) follows, and units say [OnHold](#onhold).',
    over: `${listEmpties('SourceUnavailable')} The log has \`accountAnswers\`.`,
  },
  TargetUnavailable: {
    seen: 'Units of every route to the account are `waiting` with it. After ten minutes the alert [route-on-hold](#alert-route-on-hold) follows, and units say [OnHold](#onhold).',
    over: `${listEmpties('TargetUnavailable')} The log has \`accountAnswers\`.`,
  },
  Throttled: {
    seen: 'Units are `throttled` with it, the workbook shows calls with the status 429, and the alert [account-throttled](#alert-account-throttled) names account and bucket. Resyncs and sweeps show it as what they wait for.',
    over: `${listEmpties('Throttled')} The workbook shows no more calls with 429.`,
  },
  OperationLost: {
    seen: '`GET /api/operations/{id}` says `failed` with it. One that nobody asks for is found at night.',
    over: 'A new resync has ended: its operation says `succeeded`.',
  },
  BudgetUsed: {
    seen: 'Units are `throttled` with it; resyncs and sweeps show it as what they wait for. In the workbook what is left of a bucket is near a fifth of its limit.',
    over: `${listEmpties('BudgetUsed')} \`GET /api/sweeps\` shows calls for events and for bulk work again.`,
  },
  SourceEmpty: { seen: 'The asset is `waiting` with it; nothing of it is made in the target.', over: inSync },
  SourceMissing: {
    seen: 'The unit is `blocked` with it; the detail says what is missing in which account.',
    over: `${inSync} Where the object was deleted on purpose the unit stays as it is, and may be overlooked.`,
  },
  NotFinished: {
    seen: 'The asset is `waiting` with it; the detail names the live output, the file that changed, or the file that the manifest names and that is not there.',
    over: inSync,
  },
  OnHold: {
    seen: 'Units of the whole route are `waiting` with it; `routes` in the answer of `GET /api/units?route=…` names the account and since when, and so does the alert [route-on-hold](#alert-route-on-hold).',
    over: '`GET /api/units?route=…` shows no hold; the log has `holdEnded`.',
  },
  RoutePaused: {
    seen: 'Units that differ are `blocked` with it; the detail says what would be changed.',
    over: listEmpties('RoutePaused'),
  },
  PolicyPending: {
    seen: 'The asset is `waiting` with it; the detail names the policies and account filters.',
    over: `Each that the detail names is \`inSync\`, then the asset is: ${inSync}`,
  },
  StorageNotMapped: {
    seen: 'The asset is `blocked` with it; the detail names the storage account.',
    over: listEmpties('StorageNotMapped'),
  },
  StorageEncrypted: {
    seen: 'The asset is `blocked` with it.',
    over: 'The new asset is `inSync`; the old one is not needed any more.',
  },
  SourceArchived: { seen: 'The asset is `blocked` with it; the detail names the first files.', over: inSync },
  IndexTagsLeft: {
    seen: 'The asset is `inSync`; `notes` in the answer of `GET /api/units?route=…&kind=asset&name=…` has the code.',
    over: 'After its next pass the unit has no such note.',
  },
  UnknownPolicyType: {
    seen: 'The policy is `blocked` with it, and assets that need it are `waiting` with [PolicyPending](#policypending).',
    over: inSync,
  },
  NotRepresentable: {
    seen: 'The unit is `blocked` with it; the detail names the fields that differ after writing.',
    over: inSync,
  },
  TargetNotOurs: {
    seen: 'The unit is `blocked` with it; the detail names the fields that differ, or the containers that are taken.',
    over: inSync,
  },
  PolicyInUse: {
    seen: 'The policy is `blocked` with it; the detail names what uses it. The locators that play go on with the policy as it was.',
    over: inSync,
  },
  LocatorIdTaken: {
    seen: 'The asset is `waiting` or `blocked` with it; the detail names the locator that has the id.',
    over: `${inSync} Both accounts show the locator with the same id.`,
  },
  KeyIdTaken: {
    seen: 'The asset is `blocked` with it; the locator is not in the target, or plays there as it was.',
    over: `${inSync} The locator is in the target.`,
  },
  QuotaReached: {
    seen: 'Units that are new in the target are `blocked` with it; the detail has the words of the service. What has been made plays on.',
    over: listEmpties('QuotaReached'),
  },
  NotAuthorized: {
    seen: 'Units are `failed` with it; the detail names the account and what was refused. A resync ends with it.',
    over: `${listEmpties('NotAuthorized')} A role takes some minutes to hold.`,
  },
  SourceChanged: { seen: 'The asset is `waiting` with it, for a minute as a rule.', over: inSync },
  CopyMismatch: {
    seen: 'The asset is `failed` with it; the detail counts files that are missing or differ. Its locators are not published.',
    over: inSync,
  },
  RequestRefused: {
    seen: 'The unit is `failed` or `blocked` with it; the detail has status, code and message of the service.',
    over: inSync,
  },
  SourceReplaced: {
    seen: 'Units are `blocked` with it; `routes` in the answer of `GET /api/units?route=…` says so for the route.',
    over: '`GET /api/units?route=…` says no more that the source was replaced, and units come to be in sync.',
  },
  DeleteWave: {
    seen: 'Units whose twin is to go are `blocked` with it; `routes` in the answer of `GET /api/units?route=…` says since when.',
    over: `${listEmpties('DeleteWave')} The route says nothing of a wave.`,
  },
  FailbackPending: {
    seen: 'Units that are gone from the source are `waiting` with it; the route shows the comparison that runs first.',
    over: '`GET /api/units?route=…` shows no failback for the route, and no unit has [TargetChanged](#targetchanged).',
  },
  DeletePending: {
    seen: 'The asset is `waiting` with it; its locators have been withdrawn, its files are there.',
    over: 'After seven days the unit has no twin any more; or it is `inSync` again, since the asset is back.',
  },
  TwinInUse: {
    seen: 'The asset is `blocked` with it; the detail names the locators.',
    over: 'The twin is gone from the target, or the asset is back and `inSync`.',
  },
  TargetChanged: {
    seen: 'The unit is `blocked` with it; the detail says what was changed in the target.',
    over: listEmpties('TargetChanged'),
  },
  Excluded: {
    seen: 'The asset is `blocked` with it.',
    over: 'Nothing to wait for; with another prefix the unit is looked at by the next sweep.',
  },
  LocatorChanged: {
    seen: 'The asset is `waiting` or `blocked` with it; the detail names the locator or filter.',
    over: inSync,
  },
  Unexpected: {
    seen: 'The unit is `failed` with it; the detail has the name of the error, and the log `stepFailed` with the same unit. The alert [steps-failing](#alert-steps-failing) follows.',
    over: inSync,
  },
}

/** Of every code of readiness. */
export const readinessSigns: Signs = {
  seen: 'A reason in the answer of `GET /api/readiness`, with the names that it concerns.',
  over: 'A new answer of `GET /api/readiness` has the reason no more.',
}
