/**
 * What is known of one bucket of a rate limit, and who may take a call from it. Pure. Only what the service says counts:
 * no clock and no arithmetic makes calls come back, an answer does.
 */
import * as z from 'zod'
import type { Caller, Priority } from '../../model.ts'
import type { Timing } from '../../timing.ts'
import { type BucketName, hourlyCalls } from './buckets.ts'

/** No limit that is known of counts for longer (contract section 12): what was said before says nothing. */
const window = 60 * 60_000

/** Of 100 calls so many are left: 20 to the owner of the account, 20 more to events. Who only asks for life may always. */
const floors = { urgent: 0, event: 0.2, bulk: 0.4, last: 0.4 } as const satisfies Record<Priority, number>

/** What bulk work may use of an hour's calls. */
export const bulkShare = 1 - floors.bulk

/** Of 100 calls, beside the floors: taken one by one, to see whether there are more again. */
const probing = 0.01
/** With nothing known so many of 100 calls may be under way, and a few in any case. */
const blind = { share: 0.01, least: 8 } as const
/** A rise by so many of 100 calls is a new window. */
const newWindow = 0.1

const callerSchema = z.object({
  /** In this window. */
  calls: z.number(),
  /** It counts as one who wants calls until then. */
  wants: z.number(),
})

export const bucketSchema = z.object({
  /** What the service last said is left, and when; 0 after a 429. */
  left: z.number().exactOptional(),
  at: z.number().exactOptional(),
  /** The most that it ever said. */
  peak: z.number(),
  /** It once said more than before. */
  rose: z.boolean(),
  /** When the window began as far as is known: what came back at once, or came back after an hour, began another. */
  since: z.number().exactOptional(),
  /** No call before, as a 429 said. */
  notBefore: z.number().exactOptional(),
  /** The last call that was let through only to see, and how long the next one waits after it. */
  probe: z.object({ at: z.number(), wait: z.number() }).exactOptional(),
  /** By kind of work and route. */
  callers: z.record(z.string(), callerSchema),
})

/** Times in milliseconds since 1970. Shared between instances, whose clocks may differ. */
export type Bucket = z.infer<typeof bucketSchema>

export const unknownBucket: Bucket = { peak: 0, rose: false, callers: {} }

/** Of the clock that is asked: what another one calls the future is now at the latest, and a wait ends in an hour. */
export const inTime = (bucket: Bucket, now: number): Bucket => ({
  ...bucket,
  ...(bucket.at === undefined ? {} : { at: Math.min(bucket.at, now) }),
  ...(bucket.since === undefined ? {} : { since: Math.min(bucket.since, now) }),
  ...(bucket.notBefore === undefined ? {} : { notBefore: Math.min(bucket.notBefore, now + window) }),
  ...(bucket.probe === undefined ? {} : { probe: probeInTime(bucket.probe, now) }),
  callers: Object.fromEntries(
    Object.entries(bucket.callers).map(([key, one]) => [key, { ...one, wants: Math.min(one.wants, now + window) }]),
  ),
})

const probeInTime = ({ at, wait }: NonNullable<Bucket['probe']>, now: number) => ({
  at: Math.min(at, now),
  wait: Math.min(wait, window),
})

/**
 * Calls that the bucket holds when it is full. Those of the contract, until a service that gives calls back has never
 * been seen with half as many: then the most that was seen (token buckets, other providers).
 */
export const limitOf = ({ rose, peak }: Bucket, name: BucketName): number =>
  rose && peak + 1 < hourlyCalls[name] / 2 ? peak + 1 : hourlyCalls[name]

const isKnown = ({ at }: Bucket, now: number) => at !== undefined && now - at < window

/**
 * The service has said what is left.
 *
 * @param before what it had said before this call was sent, if that was no refusal: a call that finds as much saw calls
 *   come back.
 */
export const told = (
  bucket: Bucket,
  name: BucketName,
  left: number,
  before: number | undefined,
  at: number,
): Bucket => {
  const rose = bucket.rose || (before !== undefined && left >= before)
  const { notBefore: _, ...seen } = { ...bucket, left, at, peak: Math.max(bucket.peak, left), rose }
  const risen = bucket.left !== undefined && left - bucket.left >= newWindow * limitOf(seen, name)
  if (bucket.since === undefined && !risen) return { ...seen, since: at }
  if (bucket.since !== undefined && at - bucket.since < window && !risen) return seen
  const { probe: _probe, ...open } = seen
  const callers = Object.entries(open.callers)
    .filter(([, { wants }]) => wants > at)
    .map(([key, { wants }]) => [key, { calls: 0, wants }])
  return { ...open, since: at, callers: Object.fromEntries(callers) }
}

/** A 429: from then on one call at a time is let through to see. @param wait milliseconds, where it said so. */
export const refused = (bucket: Bucket, wait: number | undefined, at: number): Bucket => ({
  ...bucket,
  left: 0,
  at,
  notBefore: Math.max(bucket.notBefore ?? 0, at + (wait ?? 0)),
})

/** Bulk work and what comes last are one kind. */
const kindOf = (priority: Priority) => (priority === 'last' ? 'bulk' : priority)
export const callerKey = ({ priority, route }: Caller): string => `${kindOf(priority)} ${route}`

/** Adds calls of a caller, and until when it wants more. */
export const counted = (bucket: Bucket, caller: string, calls: number, wants: number): Bucket => {
  const before = bucket.callers[caller] ?? { calls: 0, wants }
  const after = { calls: before.calls + calls, wants: Math.max(before.wants, wants) }
  return { ...bucket, callers: { ...bucket.callers, [caller]: after } }
}

export const probed = (bucket: Bucket, at: number, { budgetProbe, budgetProbeMax }: Timing): Bucket => ({
  ...bucket,
  probe: { at, wait: Math.min(budgetProbeMax, (bucket.probe?.wait ?? budgetProbe) * 2) },
})

/** Calls above the floor of a priority; below it negative. */
const above = (bucket: Bucket, name: BucketName, left: number, priority: Priority): number => {
  const limit = limitOf(bucket, name)
  const kept = floors[priority] === 0 ? 0 : Math.ceil(limit * probing)
  return left - Math.ceil(limit * floors[priority]) - kept
}

/**
 * How many of the calls above the floor are for this caller: an equal part of all that its kind of work has taken and
 * may still take in this window, among the routes that want any. The odd ones go to whoever has fewest.
 */
const partOf = (bucket: Bucket, caller: Caller, free: number, now: number): number => {
  const mine = bucket.callers[callerKey(caller)]?.calls ?? 0
  const others = Object.entries(bucket.callers)
    .filter(
      ([key, { wants }]) => key.startsWith(`${kindOf(caller.priority)} `) && key !== callerKey(caller) && wants > now,
    )
    .map(([, { calls }]) => calls)
  const taken = others.reduce((sum, calls) => sum + calls, mine)
  const part = Math.floor((taken + free) / (others.length + 1)) - mine
  return Math.min(free, part >= 1 ? part : others.every(calls => calls >= mine) ? 1 : 0)
}

/** What one process knows beside the bucket. */
export interface Now {
  readonly now: number
  /** What is left when every call under way has been counted. */
  readonly left: number
  /** Calls of this process under way. */
  readonly pending: number
}

export type Decision =
  | { readonly grant: number; readonly probe: boolean }
  | { readonly until: number; readonly why: 'throttled' | 'budgetUsed' }

/** Right after a new window must have begun, or after a wait that doubles. */
const probeAt = ({ probe, since, at = 0 }: Bucket, { budgetProbe }: Timing): number => {
  const last = probe?.at ?? at
  const due = last + (probe?.wait ?? budgetProbe)
  const reopens = since === undefined ? 0 : since + window
  return reopens > last ? Math.min(due, reopens) : due
}

/** How many calls a caller may take now, and whether the only one is to see if there are more; or when to ask again. */
export const decide = (bucket: Bucket, name: BucketName, caller: Caller, at: Now, timing: Timing): Decision => {
  const { now, left, pending } = at
  const { notBefore = 0 } = bucket
  if (notBefore > now) return { until: notBefore, why: 'throttled' }
  if (!isKnown(bucket, now)) {
    const most = Math.max(blind.least, Math.floor(limitOf(bucket, name) * blind.share))
    return pending < most
      ? { grant: most - pending, probe: false }
      : { until: now + timing.budgetProbe, why: 'budgetUsed' }
  }
  const free = above(bucket, name, left, caller.priority)
  if (free >= 1) {
    const part = partOf(bucket, caller, free, now)
    return part >= 1 ? { grant: part, probe: false } : { until: now + timing.budgetWants / 2, why: 'budgetUsed' }
  }
  const due = probeAt(bucket, timing)
  return due <= now ? { grant: 1, probe: true } : { until: due, why: 'budgetUsed' }
}
