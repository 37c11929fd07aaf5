/**
 * Every delay, lease and interval of the app in milliseconds, as they are in Azure. Network time-outs are not here:
 * they are never scaled.
 */
const azure = {
  /** A start that has not begun by then is repeated. */
  startLease: 2 * 60_000,
  /** A pass that has not shown life for so long may be taken over. */
  passLease: 15 * 60_000,
  /** A lease so long over is taken over whatever the instance says of itself. */
  lostLease: 60 * 60_000,
  /** A request that could not be started at once is looked at again after this. */
  admitDelay: 60_000,
  /** Of bulk work, what comes last is overtaken by the rest that is due up to so much later. */
  priorityStep: 10 * 60_000,
  /** Files younger than this may still be being written. */
  settle: 2 * 60_000,
  /** First and longest wait of a unit that waits. */
  waitMin: 60_000,
  waitMax: 30 * 60_000,
  /** First and longest back-off of a unit that failed. */
  failMin: 60_000,
  failMax: 6 * 60 * 60_000,
  /** Longest back-off for codes that concern a whole account. */
  accountFailMax: 10 * 60_000,
  /** Waits where the service asks for fewer calls and does not say how long. */
  throttleRetry: 10_000,
  /** Throttling up to this long is waited out inside the run. */
  throttleWait: 60_000,
  /** One copy activity stops after this and says how much is left. */
  copySlice: 60_000,
  /** A publish step waits this long at most for policies. */
  policyWait: 2 * 60_000,
  /** How long a pause between two looks at pending policies is. */
  policyPoll: 10_000,
  /** Live outputs of an account are listed at most this often. */
  liveOutputs: 60_000,
  /** An account that has not answered for so long puts its routes on hold. */
  holdAfter: 10 * 60_000,
  /** A twin is kept so long after its asset was first missed in the source. */
  deleteGrace: 7 * 24 * 60 * 60_000,
  /** Deletes are counted, and confirmed, for so long. */
  deleteDay: 24 * 60 * 60_000,
  /** A run is checked for life from this age on. */
  orphanAge: 5 * 60_000,
  /** How often what no event told is looked for; the schedules of the timers say the same. */
  changesInterval: 5 * 60_000,
  /** What a look for changes goes back behind the one before: clocks differ, and lists may be late. */
  changesOverlap: 10 * 60_000,
  /** How often all locators of a source are listed. */
  locatorsInterval: 60 * 60_000,
  /** How often both accounts are compared in full. */
  fullInterval: 24 * 60 * 60_000,
  /** How often the canary of a route is rebuilt, and when one that was not is told of. */
  canaryInterval: 24 * 60 * 60_000,
  canaryLate: 48 * 60 * 60_000,
  /** How long an answer of readiness is good: it costs some forty calls. */
  readinessKept: 60_000,
  /** How long readiness remembers what only the scarcest limit tells: paths of locators, and keys that were compared. */
  readinessRemembered: 60 * 60_000,
  /** Where too few calls are left, one is let through after this to see whether there are more again, then after twice as long. */
  budgetProbe: 5_000,
  budgetProbeMax: 10 * 60_000,
  /** How long a route that has asked for a call counts as one that wants more. */
  budgetWants: 2 * 60_000,
  /** How often an instance tells the others what it knows of rate limits, and asks what they do. */
  budgetShare: 10_000,
  /** An operation that has shown no life for so long is asked for its orchestration. */
  operationSilence: 10 * 60_000,
  /** An operation that nothing has happened to for so long is forgotten, its report with it. */
  operationKept: 30 * 24 * 60 * 60_000,
  /**
   * How long the durable history of an instance is kept, once that has finished; counted from its creation. Also for how
   * long a unit of which nothing is left has to have been at rest before its row goes, so that no instance outlives it.
   */
  historyKept: 7 * 24 * 60 * 60_000,
  /** A run of tidy begins nothing new after this; the next one finds what is left. */
  tidySlice: 4 * 60_000,
  /** What sends telemetry is loaded so long after there is something to tell: the first event is answered first. */
  telemetryDelay: 5_000,
  /** How often metrics are sent. */
  telemetryInterval: 60_000,
} as const

export type Timing = Readonly<Record<keyof typeof azure, number>>

const leases = ['startLease', 'passLease', 'lostLease'] as const
const shortestLease = 10_000
const shortestTidy = 10_000
const shortestShare = 2_000
const shortestTelemetry = 1_000

/**
 * @param pace factor for every value, 1 in Azure; leases stay at 10 s or more, so that a slow machine does not take
 *   over its own runs, what instances tell each other of rate limits at 2 s, which costs calls to the ledger, and metrics are sent
 *   once a second at most. What is tidied at a time takes calls, which no pace makes faster: 10 s or more.
 */
export const timing = (pace: number): Timing => {
  const scaled = Object.fromEntries(Object.entries(azure).map(([name, value]) => [name, value * pace])) as Record<
    keyof typeof azure,
    number
  >
  scaled.budgetShare = Math.max(scaled.budgetShare, Math.min(azure.budgetShare, shortestShare))
  scaled.telemetryInterval = Math.max(scaled.telemetryInterval, Math.min(azure.telemetryInterval, shortestTelemetry))
  scaled.tidySlice = Math.max(scaled.tidySlice, Math.min(azure.tidySlice, shortestTidy))
  for (const name of leases) scaled[name] = Math.max(scaled[name], Math.min(azure[name], shortestLease))
  return scaled
}
