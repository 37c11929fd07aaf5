/**
 * Every event the app logs, and the attributes each may have: workbooks, alerts and the runbook are built on these
 * names. Names of media resources are the most personal thing here; keys, SAS, tokens and bodies have no place (P6).
 */
export const events = {
  settingsBroken: {
    what: 'A mistake in the settings; the app does nothing until it is mended.',
    attributes: ['path', 'found', 'allowed'],
  },
  eventAccepted: { what: 'An event gave reason to look at units.', attributes: ['function', 'triggers', 'units'] },
  eventIgnored: { what: 'An event, or a part of one, starts nothing.', attributes: ['function', 'code'] },
  requestRefused: { what: 'An HTTP request was refused, or failed.', attributes: ['door', 'status', 'code', 'error'] },
  resyncAccepted: { what: 'A resync was asked for.', attributes: ['operation', 'route', 'scope', 'units', 'dryRun'] },
  outcomeRecorded: {
    what: 'A pass has ended.',
    attributes: ['route', 'kind', 'name', 'run', 'generation', 'outcome', 'code', 'closed'],
  },
  filesReplaced: {
    what: 'Files under a live locator were replaced; so long were they a mix of old and new. More than one when it was interrupted.',
    attributes: ['route', 'name', 'milliseconds', 'complete'],
  },
  stepFailed: {
    what: 'A step of a pass failed for a reason nobody named.',
    attributes: ['step', 'route', 'kind', 'name', 'error'],
  },
  startFailed: { what: 'The task hub did not take a start; dispatch repeats it.', attributes: ['instance', 'error'] },
  purgeFailed: { what: 'Durable history that has ended could not be removed.', attributes: ['instance', 'error'] },
  runOrphaned: { what: 'A run was lost and is followed by a new one.', attributes: ['route', 'kind', 'name', 'run'] },
  accountAnswers: { what: 'An account that did not answer answers again.', attributes: ['account'] },
  holdBegan: { what: 'A route is on hold: an account has not answered for long.', attributes: ['route', 'account'] },
  holdEnded: { what: 'The account that a route was on hold for answers again.', attributes: ['route', 'account'] },
  sweepStarted: { what: 'A sweep of a route was started, or goes on.', attributes: ['route', 'sweep'] },
  tidied: {
    what: 'What is old was removed: durable history of instances, and operations with their reports.',
    attributes: ['instances', 'operations'],
  },
  dispatched: { what: 'Dispatch let in what was due.', attributes: ['route', 'started', 'orphans'] },
} as const satisfies Record<string, { readonly what: string; readonly attributes: readonly string[] }>

export type EventName = keyof typeof events
export type Attribute<N extends EventName> = (typeof events)[N]['attributes'][number]
export type Attributes<N extends EventName> = { readonly [A in Attribute<N>]?: string | number | boolean | undefined }
