import type { Code } from '../codes.ts'
import type { Outcome, Side } from '../model.ts'
import { isServiceError, type ServiceError } from '../service-error.ts'
import type { Pair } from './pair.ts'

/** An outcome that ends a step early; thrown where returning it through every helper would hide the road. */
export class Stop extends Error {
  override readonly name = 'Stop'
  readonly outcome: Outcome
  constructor(outcome: Outcome) {
    super(outcome.outcome)
    this.outcome = outcome
  }
}

/**
 * Of what was written nothing is known but that it was taken: an answer may be older than the write. It stays, and is
 * looked at again; a refusal would be remembered, and is only for what the target shows to have made of it.
 */
export const notShownYet = (name: string): Outcome => ({
  outcome: 'failed',
  code: 'Unexpected',
  detail: `${name} was written, and the target still shows what was there before.`,
})

/** The same of what the target shows to be something else; what was there before has come back. */
export const otherThanWritten = (detail: string): Outcome => ({
  outcome: 'failed',
  code: 'Unexpected',
  detail: `Not as it was written: ${detail}. It is tried once more.`,
})

/** Two answers of the target differ, directly before something of it was to be deleted: another execution is at it, or one is old. */
export const changedMeanwhile = (name: string): Stop =>
  new Stop({
    outcome: 'failed',
    code: 'Unexpected',
    detail: `${name} has just changed in the target. It is looked at again.`,
  })

/** Gives an error of storage its side, where the caller knows it and the call does not. */
export const onSide = async <T>(side: Side, work: Promise<T>): Promise<T> => {
  try {
    return await work
  } catch (error) {
    if (isServiceError(error)) error.side ??= side
    throw error
  }
}

/**
 * Gives every error of one side's media account its side, so that an outage is laid at the right door.
 *
 * @param accounts a reader or a writer.
 */
export const sided = <T extends object>(account: T, side: Side): T =>
  new Proxy(account, {
    get: (target, property, receiver) => {
      const member: unknown = Reflect.get(target, property, receiver)
      if (typeof member !== 'function') return member
      return async (...args: unknown[]) => {
        try {
          return await (member as (...args: unknown[]) => unknown).apply(target, args)
        } catch (error) {
          if (isServiceError(error)) error.side ??= side
          throw error
        }
      }
    },
  })

/**
 * What an error of a service means for the unit: trouble is data. Anything that is not a service's answer is rethrown.
 *
 * A side that does not answer one call is asked a second question, for the account itself or its storage accounts: only
 * one that does not answer at all is an outage, and concerns every unit of it.
 */
export const outcomeOf = async (error: unknown, pair: Pair): Promise<Outcome> => (await diagnose(error, pair)).outcome

/** An outcome, and the side that does not answer at all, where that was the trouble. */
export interface Diagnosis {
  readonly outcome: Outcome
  readonly down?: Side
}

/** As `outcomeOf`; throws what is not a service's answer. */
export const diagnose = async (error: unknown, pair: Pair): Promise<Diagnosis> => {
  const asked = isServiceError(error) ? maybeSilent(error) : undefined
  const outage = isServiceError(error) && asked !== undefined ? await outageOf(error, pair, asked) : undefined
  return outage ?? { outcome: meaningOf(error, pair) }
}

/**
 * The plane that may be the trouble. A media account that cannot reach its storage answers 409, as it does for much else
 * (contract section 5).
 */
const maybeSilent = (error: ServiceError): ServiceError['plane'] | undefined => {
  if (error.kind === 'unavailable') return error.plane
  return error.kind === 'conflict' && error.plane === 'control' && refusal(error) === 'RequestRefused'
    ? 'storage'
    : undefined
}

/**
 * Undefined where all of the plane answers: a single server or file may be ill. Where a part of the side's storage is
 * silent, the unit waits, and others may go on.
 */
const outageOf = async (
  error: ServiceError,
  pair: Pair,
  plane: ServiceError['plane'],
): Promise<Diagnosis | undefined> => {
  const side: Side = error.side ?? 'target'
  const reach = await pair.reach(side, plane)
  if (reach === 'all') return undefined
  const code = side === 'source' ? 'SourceUnavailable' : 'TargetUnavailable'
  return { outcome: { outcome: 'waiting', code, detail: error.message }, ...(reach === 'none' ? { down: side } : {}) }
}

const meaningOf = (error: unknown, pair: Pair): Outcome => {
  if (error instanceof Stop) return error.outcome
  if (!isServiceError(error)) throw error
  const side: Side = error.side ?? 'target'
  const detail = error.message
  switch (error.kind) {
    case 'throttled':
    case 'budgetUsed':
      return {
        outcome: 'throttled',
        code: error.kind === 'throttled' ? 'Throttled' : 'BudgetUsed',
        until: pair.clock() + (error.retryAfter ?? pair.timing.throttleRetry),
        detail,
      }
    case 'unavailable':
      // All others of its kind are answered.
      return { outcome: 'failed', code: 'Unexpected', detail }
    case 'unauthorized':
      return { outcome: 'failed', code: 'NotAuthorized', detail }
    case 'changed':
      return { outcome: 'waiting', code: 'SourceChanged', detail }
    case 'unknownType':
      return { outcome: 'blocked', code: 'UnknownPolicyType', detail }
    case 'notFound':
      // Something went away between two calls: the next pass sees what is left.
      return { outcome: 'failed', code: side === 'source' ? 'SourceChanged' : 'Unexpected', detail }
    case 'conflict':
    case 'refused': {
      const code = refusal(error)
      const text = `${error.serviceCode ?? error.status ?? ''} ${detail}`.trim()
      // A conflict may pass, e.g. a container that is still being deleted; what is refused by name or content does not.
      const passing = error.kind === 'conflict' && code === 'RequestRefused'
      return { outcome: passing ? 'failed' : 'blocked', code, detail: text }
    }
  }
}

/**
 * Texts the service was seen to use (contract section 5), and the word for a quota, whose code and text nobody has seen
 * (section 10); anything else keeps its own code in the detail.
 */
const refusal = (error: ServiceError): Code => {
  if (/content key id .* already exists/i.test(error.message)) return 'KeyIdTaken'
  if (/locator ?id .* already exists/i.test(error.message)) return 'LocatorIdTaken'
  if (/quota|limit/i.test(error.serviceCode ?? '') || /\bquota\b/i.test(error.message)) return 'QuotaReached'
  return 'RequestRefused'
}
