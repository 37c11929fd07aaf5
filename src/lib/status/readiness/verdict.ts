/** From what was found to a verdict with reasons. Pure. */
import { type Code, codes } from '../../codes.ts'
import type { ReasonAnswer, RouteReadiness, Verdict, Weight } from './answer.ts'

export type Found = Omit<RouteReadiness, 'verdict' | 'reasons'>

/** What was found beside what is shown: codes of the route as a whole, and of calls that failed. */
export interface Troubles {
  readonly code: Code
  readonly weight: Weight
  readonly detail?: string
  readonly names?: readonly string[]
}

export interface Circumstances {
  /** Milliseconds since 1970. */
  readonly now: number
  /** Whether that no title was found says that there is none. */
  readonly isLooked: boolean
  /** Streaming units of the source's running endpoints, where it could be asked. */
  readonly unitsOfSource?: number | undefined
}

const hour = 3_600
/** A daily sweep, or canary, that is this late has missed a day. */
const lateSeconds = 48 * hour
const lagLimitSeconds = hour / 2
const nearQuota = 0.9
const mostNames = 20

const trouble = (code: Code, weight: Weight, more: Omit<Troubles, 'code' | 'weight'> = {}): Troubles => ({
  code,
  weight,
  ...more,
})

const when = (condition: boolean, make: () => Troubles): readonly Troubles[] => (condition ? [make()] : [])

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

const ofEnds = ({ source, target }: Found): readonly Troubles[] => [
  ...when(target.control === 'silent', () => trouble('TargetUnavailable', 'stops', { names: [target.account] })),
  ...when(target.control !== 'silent' && target.storage !== 'answers', () =>
    trouble('TargetUnavailable', target.storage === 'silent' ? 'stops' : 'limits', { detail: 'storage' }),
  ),
  ...when(source.control !== 'answers' || source.storage !== 'answers', () =>
    trouble('SourceUnavailable', 'note', { names: [source.account] }),
  ),
]

const ofEndpoints = ({ target: { endpoints } }: Found, unitsOfSource: number | undefined): readonly Troubles[] => {
  if (endpoints === undefined) return []
  const running = endpoints.filter(({ state }) => state === 'Running')
  if (running.length === 0) return [trouble('EndpointStopped', 'stops', { names: endpoints.map(({ name }) => name) })]
  const units = running.reduce((sum, { scaleUnits }) => sum + scaleUnits, 0)
  const detail = `${counted(units, 'streaming unit')}${unitsOfSource === undefined ? '' : `, ${unitsOfSource} in the source`}`
  return when(units < Math.max(1, unitsOfSource ?? 0), () => trouble('EndpointSmaller', 'limits', { detail }))
}

const ofKeyDelivery = ({ target: { keyDelivery } }: Found): readonly Troubles[] => {
  if (keyDelivery?.restricted !== true || keyDelivery.asSource === true) return []
  return [trouble('KeyDeliveryRestricted', 'limits', { detail: `${keyDelivery.allowed} addresses or ranges` })]
}

const ofUrls = ({ target: { urls } }: Found): readonly Troubles[] => {
  const named = (code: 'UrlRegionBound' | 'KeyUrlFixed') => [
    ...new Set(urls.filter(url => url.code === code).map(({ name }) => name)),
  ]
  const [bound, fixed] = [named('UrlRegionBound'), named('KeyUrlFixed')]
  return [
    ...when(bound.length > 0, () => trouble('UrlRegionBound', 'limits', { names: bound })),
    ...when(fixed.length > 0, () => trouble('KeyUrlFixed', 'note', { names: fixed })),
  ]
}

const ofQuotas = ({ target: { quotas } }: Found): readonly Troubles[] => {
  const near = quotas.filter(({ used, limit }) => used >= limit * nearQuota)
  return when(near.length > 0, () => trouble('QuotaNear', 'limits', { names: near.map(({ quota }) => quota) }))
}

const ofTitles = ({ titles }: Found, isLooked: boolean): readonly Troubles[] => {
  if (titles.length === 0) return when(isLooked, () => trouble('NothingToPlay', 'stops'))
  const failed = (part: 'manifest' | 'segment' | 'key') => titles.filter(title => title[part].result === 'failed')
  const origin = titles.filter(({ manifest, segment }) => manifest.result === 'failed' || segment.result === 'failed')
  const keys = failed('key')
  const foreign = titles.flatMap(({ manifest, segment, key }) =>
    [manifest, segment, key].flatMap(({ host }) => host ?? []),
  )
  const asked = titles.filter(({ manifest }) => manifest.result !== 'notAsked')
  const weigh = (bad: number): Weight => (asked.length > 0 && bad === asked.length ? 'stops' : 'limits')
  const names = (some: typeof titles) => some.map(({ locator }) => locator)
  return [
    ...when(origin.length > 0, () => trouble('OriginFails', weigh(origin.length), { names: names(origin) })),
    ...when(keys.length > 0, () => trouble('KeyDeliveryFails', 'limits', { names: names(keys) })),
    ...when(foreign.length > 0, () => trouble('HostNotAsked', 'limits', { names: [...new Set(foreign)] })),
  ]
}

const ofUnits = ({ units, lagSeconds }: Found): readonly Troubles[] => [
  ...when(units.blocked > 0, () => trouble('UnitsBlocked', 'limits', { detail: counted(units.blocked, 'unit') })),
  ...units.codes
    .filter(({ code }) => code === 'NotAuthorized')
    .map(({ count }) => trouble('NotAuthorized', 'limits', { detail: counted(count, 'unit') })),
  ...when(lagSeconds > lagLimitSeconds, () =>
    trouble('LagHigh', 'limits', { detail: counted(Math.round(lagSeconds / 60), 'minute') }),
  ),
]

const ofComparison = ({ comparison: { ageSeconds } }: Found): readonly Troubles[] =>
  when(ageSeconds === undefined || ageSeconds > lateSeconds, () =>
    trouble('ComparisonLate', 'limits', { detail: ageSeconds === undefined ? 'never' : hours(ageSeconds) }),
  )

const hours = (seconds: number): string => `${Math.round(seconds / hour)} hours ago`

const ofCanary = ({ canary, titles }: Found, { now, isLooked }: Circumstances): readonly Troubles[] => {
  if (canary === undefined) return [trouble('CanaryNotSet', 'note')]
  const names = [canary.asset]
  if (canary.code === 'CanaryMissing' || (isLooked && !titles.some(({ why }) => why === 'canary')))
    return [trouble('CanaryMissing', 'limits', { names })]
  // One that has just been named is young, not late.
  const last = canary.lastRebuiltAt ?? canary.since
  const age = last === undefined ? 0 : (now - Date.parse(last)) / 1000
  return when(age > lateSeconds, () => trouble('CanaryLate', 'limits', { names, detail: hours(age) }))
}

/**
 * All that stands in the way, the worst first.
 *
 * @param more of the route as a whole, and of questions without an answer.
 */
export const troublesOf = (
  found: Found,
  more: readonly Troubles[],
  circumstances: Circumstances,
): readonly Troubles[] => {
  const all = [
    ...more,
    ...ofEnds(found),
    ...ofEndpoints(found, circumstances.unitsOfSource),
    ...ofTitles(found, circumstances.isLooked),
    ...ofKeyDelivery(found),
    ...ofUrls(found),
    ...ofQuotas(found),
    ...ofUnits(found),
    ...ofComparison(found),
    ...ofCanary(found, circumstances),
  ]
  const order: readonly Weight[] = ['stops', 'limits', 'note']
  return order.flatMap(weight => all.filter(one => one.weight === weight))
}

export const verdictOf = (troubles: readonly Pick<Troubles, 'weight'>[]): Verdict => {
  if (troubles.some(({ weight }) => weight === 'stops')) return 'notReady'
  return troubles.some(({ weight }) => weight === 'limits') ? 'limited' : 'ready'
}

export const worst = (verdicts: readonly Verdict[]): Verdict =>
  (['notReady', 'limited'] as const).find(one => verdicts.includes(one)) ?? 'ready'

/** @param runbook its address. */
export const reasonOf = ({ code, weight, detail, names }: Troubles, runbook: string): ReasonAnswer => ({
  code,
  weight,
  ...codes[code],
  ...(detail === undefined ? {} : { detail }),
  ...(names === undefined ? {} : { names: names.slice(0, mostNames) }),
  runbook: `${runbook}#${code.toLowerCase()}`,
})
