/**
 * Everything the app tells about itself: what it logs, and what it measures. Workbooks, alerts and the runbook are built
 * on these names. Names of media resources are the most personal thing here, and only in what is logged; keys, SAS,
 * tokens and bodies have no place (P6).
 */

/** Lines of the log, each with the attributes that it may have. */
export const events = {
  settingsBroken: {
    what: 'A mistake in the settings; the app does nothing until it is mended.',
    attributes: ['path', 'found', 'allowed'],
  },
  telemetryFailed: {
    what: 'What sends metrics could not be loaded; the app goes on without.',
    attributes: ['error'],
  },
  eventAccepted: {
    what: 'An event gave reason to look at units.',
    attributes: ['function', 'eventId', 'triggers', 'units'],
  },
  unitRequested: {
    what: 'An event asked for a unit; `instance` is the run that it started, where it did.',
    attributes: ['eventId', 'reason', 'route', 'kind', 'name', 'instance'],
  },
  eventIgnored: { what: 'An event, or a part of one, starts nothing.', attributes: ['function', 'eventId', 'code'] },
  requestRefused: { what: 'An HTTP request was refused, or failed.', attributes: ['door', 'status', 'code', 'error'] },
  resyncAccepted: { what: 'A resync was asked for.', attributes: ['operation', 'route', 'scope', 'units', 'dryRun'] },
  outcomeRecorded: {
    what: 'A pass has ended with another outcome than the one before, or after work. `by` is whom the oldest request that was open came from, an event or an operation; `lag` the seconds from that request to being in sync.',
    attributes: ['route', 'kind', 'name', 'run', 'generation', 'outcome', 'code', 'before', 'closed', 'by', 'lag'],
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
  canaryRebuilt: {
    what: 'The canary of a route was taken off the target, and has come back so many seconds after its event.',
    attributes: ['route', 'seconds'],
  },
  canaryLate: {
    what: 'The canary of a route has not been rebuilt for more than two days; `code` is why it was left alone.',
    attributes: ['route', 'hours', 'code'],
  },
  tidied: {
    what: 'What is old was removed: durable history of instances, operations with their reports, and units that neither account has.',
    attributes: ['instances', 'operations', 'units'],
  },
  dispatched: { what: 'Dispatch let in what was due.', attributes: ['route', 'started', 'orphans'] },
} as const satisfies Record<string, { readonly what: string; readonly attributes: readonly string[] }>

export type EventName = keyof typeof events
export type Attribute<N extends EventName> = (typeof events)[N]['attributes'][number]
export type Attributes<N extends EventName> = { readonly [A in Attribute<N>]?: string | number | boolean | undefined }

/**
 * What a value of a metric may be told apart by. Each has few values, of the topology or of a list in the code, so that
 * the number of time series is bounded: no names of media resources.
 */
export type MetricAttribute =
  | 'route'
  | 'kind'
  | 'outcome'
  | 'code'
  | 'state'
  | 'sweep'
  | 'account'
  | 'bucket'
  | 'status'
  | 'mode'

interface Metric {
  readonly what: string
  /** A counter adds up, a gauge is what was true last, a histogram keeps the distribution. */
  readonly as: 'counter' | 'gauge' | 'histogram'
  /** As UCUM writes it; what is counted stands in braces. */
  readonly unit: string
  readonly attributes: readonly MetricAttribute[]
}

/** What is measured. Gauges of dispatch come once a minute, from the one instance that it runs on. */
export const metrics = {
  'twinstream.lag': {
    what: 'From the oldest request that a unit had open, be it by an event, a sweep or a person, to its being in sync; not of one that has waited for its grace period and gone.',
    as: 'histogram',
    unit: 's',
    attributes: ['route', 'kind'],
  },
  'twinstream.outcomes': {
    what: 'Passes that have ended.',
    as: 'counter',
    unit: '{pass}',
    attributes: ['route', 'kind', 'outcome', 'code'],
  },
  'twinstream.units': {
    what: 'Units by where they stand: running, due, or with the outcome and code of their last pass. What is in sync and at rest is not counted, and of a longer list the first 1,000. Of dispatch.',
    as: 'gauge',
    unit: '{unit}',
    attributes: ['route', 'state', 'code'],
  },
  'twinstream.units.age': {
    what: 'Longest time that one of these has had a request open; of `behind`, that any unit of the route has that is not blocked. What waits for a grace period is left out. Of dispatch.',
    as: 'gauge',
    unit: 's',
    attributes: ['route', 'state', 'code'],
  },
  'twinstream.calls': {
    what: 'Calls to the API of a media account. Its `status` is the class of the answer, 429 where it asked for fewer calls.',
    as: 'counter',
    unit: '{call}',
    attributes: ['account', 'bucket', 'status'],
  },
  'twinstream.calls.left': {
    what: 'What is left of a rate limit, as the service last told. Of dispatch.',
    as: 'gauge',
    unit: '{call}',
    attributes: ['account', 'bucket'],
  },
  'twinstream.drift': {
    what: 'Units that a comparison found to differ, with what no event had told of yet.',
    as: 'counter',
    unit: '{unit}',
    attributes: ['route', 'sweep'],
  },
  'twinstream.copied': {
    what: 'Bytes copied from one account to the other; transfer between regions is paid by them.',
    as: 'counter',
    unit: 'By',
    attributes: ['route'],
  },
  'twinstream.hold.age': {
    what: 'How long an account that does not answer has held a route; nothing while none does. Of dispatch.',
    as: 'gauge',
    unit: 's',
    attributes: ['route', 'account'],
  },
  'twinstream.comparison.age': {
    what: 'Time since the last full comparison of a route that succeeded began, where it is compared at all; since 1970 where none has. Of dispatch.',
    as: 'gauge',
    unit: 's',
    attributes: ['route'],
  },
  'twinstream.canary.lag': {
    what: 'From the event of the canary of a route to its being proven in the target, when it was last rebuilt. Of dispatch.',
    as: 'gauge',
    unit: 's',
    attributes: ['route'],
  },
  'twinstream.readiness': {
    what: 'Would a failover work now: 0 yes, 1 in part, 2 no. Found out every six hours, and whenever somebody asks.',
    as: 'gauge',
    unit: '1',
    attributes: ['route', 'mode'],
  },
} as const satisfies Record<string, Metric>

export type MetricName = keyof typeof metrics
export type MetricAttributes<N extends MetricName> = {
  readonly [A in (typeof metrics)[N]['attributes'][number]]?: string | undefined
}
