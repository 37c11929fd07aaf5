import { readinessCodes } from './readiness-codes.ts'

/** What a code means and what to do about it; the runbook has a section for each. */
export interface Explanation {
  readonly cause: string
  readonly remedy: string
}

const catalogue = {
  SourceUnavailable: {
    cause: 'The source account, or its storage, does not answer.',
    remedy: 'Nothing to do while the region is down; the unit is tried again by itself. The twin is left as it is.',
  },
  TargetUnavailable: {
    cause: 'The target account, or its storage, does not answer.',
    remedy: 'Nothing to do while the region is down; the unit is tried again by itself.',
  },
  Throttled: {
    cause: 'The service asked for fewer calls.',
    remedy: 'Nothing to do; the unit goes on when the service allows it.',
  },
  OperationLost: {
    cause:
      'The operation has no orchestration: the app died before it started one, or a new release was deployed meanwhile.',
    remedy: 'Units that it had asked for go on. Start the resync again for the rest.',
  },
  BudgetUsed: {
    cause:
      'What this work may use of the rate limits of an account is used up for now; the rest is left to its owner, and to events.',
    remedy: 'Nothing to do; it goes on when calls come back. `GET /api/sweeps` shows what is left.',
  },
  SourceEmpty: {
    cause: 'The container of the asset holds no files.',
    remedy: 'Upload or encode the content; it is looked at again by itself.',
  },
  SourceMissing: {
    cause: 'The source account has no object of this name.',
    remedy:
      'Check the name. If the object was deleted on purpose, nothing is to be done: its locators are withdrawn, its files are kept unless `deletes` of the route is assets.',
  },
  NotFinished: {
    cause:
      'The content is still being written: a live output names the asset, files changed a moment ago, or a file that the manifest names is missing.',
    remedy: 'Wait for the encoder. If the manifest names a file that will never come, encode the asset again.',
  },
  OnHold: {
    cause:
      'The route is on hold: one of its accounts has not answered for ten minutes, or its mode in the topology is hold.',
    remedy:
      'Nothing to do for an outage: the account is asked every minute, and the route goes on when it answers. A mode of hold is ended in the topology.',
  },
  RoutePaused: {
    cause: 'The mode of the route does not allow writing to the target.',
    remedy: 'Set the mode of the route to replicate in the topology.',
  },
  PolicyPending: {
    cause: 'A policy or account filter that a locator names is not in sync yet, or lost in the source too.',
    remedy: 'Look at the unit of that policy or filter; this unit goes on when it settles.',
  },
  StorageNotMapped: {
    cause: 'The storage account of the asset has no counterpart in the target.',
    remedy: 'Add it to `storage` of the route in the topology.',
  },
  StorageEncrypted: {
    cause: 'The asset is storage-encrypted; its key differs from account to account.',
    remedy: 'Encode or copy it into an asset without storage encryption.',
  },
  SourceArchived: {
    cause: 'Files of the asset are in the archive tier and cannot be read.',
    remedy: 'Rehydrate them; the next look goes on.',
  },
  IndexTagsLeft: {
    cause: 'Files of the source have index tags, which the route does not copy. The twin plays without.',
    remedy:
      'Nothing to do where only storage rules use them. Else set `indexTags` of the route to copy, and give the identity Storage Blob Data Owner, or a role with `blobs/tags/read` and `write`, on the storage of both sides.',
  },
  UnknownPolicyType: {
    cause: 'The object has a part of a type that this release does not know; writing it would lose that part.',
    remedy: 'Use a release that knows the type, or replace that part in the source.',
  },
  NotRepresentable: {
    cause:
      'The target does not keep the value that was written, or a filter has a member that this release does not know. What was there before was put back; what was new was removed, but for a locator, which stays as the target has made it. Where the answer may have been an old one, a second pass has seen it too, and the first says `Unexpected`.',
    remedy:
      'Compare the named fields in both accounts; change the source, or accept the difference. It is tried again when either side changes.',
  },
  TargetNotOurs: {
    cause: 'The target holds an object of this name that differs and was not made by this app.',
    remedy: 'Rename or remove it, or ask for a resync with `adopt`.',
  },
  PolicyInUse: {
    cause: 'A policy cannot be replaced or deleted while something in the target uses it.',
    remedy:
      'Remove what is named in the target and look again, or publish with a new policy in the source. Of a streaming policy ask for a resync with `replaceInUse`: locators that the app made are taken off for the moment that it takes.',
  },
  LocatorIdTaken: {
    cause:
      'The locator id is used by another locator of the target region. What was there before under the name plays on.',
    remedy:
      'Nothing to do where it waits: the other one is ours and about to be withdrawn. Otherwise remove the other locator and ask for a resync with `adopt`, or publish again with a new id.',
  },
  KeyIdTaken: {
    cause: 'A content key id is used by another key of the target region.',
    remedy:
      'Remove the locator that holds it and ask for a resync with `adopt`, or publish again with new keys. A locator that plays is not taken down for another try before.',
  },
  QuotaReached: {
    cause: 'A quota of the target account is used up.',
    remedy: 'Raise the quota or remove what is not needed.',
  },
  NotAuthorized: {
    cause: 'The identity of the app may not do this.',
    remedy:
      'Give it the missing role in the account that the detail names. Source: read the media account with listStreamingLocators, listContentKeys and getPolicyPropertiesWithSecrets; Storage Blob Data Reader and Storage Blob Delegator. Target: these, write and delete, and Storage Blob Data Contributor.',
  },
  SourceChanged: {
    cause: 'The source changed while it was being copied.',
    remedy: 'Nothing to do; the next pass starts from the new state.',
  },
  CopyMismatch: {
    cause: 'A file in the target differs from its source after the copy.',
    remedy: 'It is copied again by itself. If it stays, look at who else writes to the container.',
  },
  RequestRefused: {
    cause: 'The service refused a request for a reason this app does not know.',
    remedy:
      'Read the service code and message in the detail. A locator that was to replace one that plays is tried again when it or its policies change, or with a resync with `adopt`.',
  },
  SourceReplaced: {
    cause:
      'The source account is another one than the twin was made from: it was deleted and made again under its name, or the topology names another.',
    remedy:
      'The route has stopped: twins are neither changed nor withdrawn. It goes on by itself when the account is the known one again. If the new account is meant to be followed, with what it has under the same names and without what it lacks, ask for a resync with `confirmDeletes`.',
  },
  DeleteWave: {
    cause:
      'The route would delete more in a day than is usual (5 % of its units, at least 20, or its `deleteLimit`). Its deletes are stopped; everything else goes on.',
    remedy:
      'Look at what is to be deleted (a resync with `dryRun`). If the source is right, ask for a resync with `confirmDeletes`; it lifts the limit for a day.',
  },
  FailbackPending: {
    cause:
      'The source has come back from an outage. Deletes of assets and policies wait until what changed in the target meanwhile has been compared and decided.',
    remedy:
      'Decide the units with the code TargetChanged with `POST /api/failback`. With none of them it goes on by itself.',
  },
  DeletePending: {
    cause: 'The asset is gone from the source. Its twin is deleted when the grace period of seven days is over.',
    remedy: 'Nothing to do. To keep the twin, set `deletes` of the route to locators in the topology.',
  },
  TwinInUse: {
    cause: 'The twin of a deleted asset has a locator that this app did not make; deleting it would end that stream.',
    remedy: 'Remove the named locators in the target and look again, or keep the twin.',
  },
  TargetChanged: {
    cause: 'Somebody changed the twin in the target after this app had left it.',
    remedy:
      'Compare both sides. After an outage decide with `POST /api/failback`; a delete is made once the twin is as it was, or do it by hand.',
  },
  Excluded: {
    cause:
      'The prefix of names that the route includes leaves this asset out. Nothing of it is made or copied; what the route published before goes when the source withdraws it.',
    remedy: 'Nothing to do, or change `include.namePrefix` of the route in the topology.',
  },
  LocatorChanged: {
    cause:
      'A locator or filter of this name is in the target, differs, or hides an account filter, and was not made by this app or still belongs to another asset.',
    remedy: 'Remove it in the target, or wait until its other asset lets it go; the next look makes it again.',
  },
  ...readinessCodes,
  Unexpected: {
    cause: 'A step failed for a reason nobody named.',
    remedy: 'It is tried again by itself. Read the detail and the log of the run.',
  },
} as const satisfies Record<string, Explanation>

/** Stable, PascalCase reason of an outcome. */
export type Code = keyof typeof catalogue

export const codes: Readonly<Record<Code, Explanation>> = catalogue

export const isCode = (text: string): text is Code => Object.hasOwn(catalogue, text)
