/**
 * Rules between accounts and routes. They look at the parts as written, each for itself, so that a mistake elsewhere in
 * the same account or route does not hide one of these.
 */
import { type Issue, pathText } from './issues.ts'
import { shown } from './masking.ts'
import { nearest } from './nearest.ts'
import { accountSchema } from './topology-schema.ts'

export type Raw = Readonly<Record<string, unknown>>

export const asRaw = (value: unknown): Raw =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Raw) : {}

interface Candidate {
  readonly key: string
  readonly accountName?: string | undefined
  readonly location?: string | undefined
  readonly credential?: string | undefined
  /** Equal for two keys that mean one account. */
  readonly identity?: string | undefined
}

const shape = accountSchema.shape

const candidateOf = (key: string, raw: Raw): Candidate => {
  const accountName = shape.accountName.safeParse(raw.accountName).data
  const parts = [
    shape.endpoint.safeParse(raw.endpoint).data,
    shape.subscriptionId.safeParse(raw.subscriptionId).data,
    shape.resourceGroup.safeParse(raw.resourceGroup).data,
    accountName,
  ]
  return {
    key,
    accountName,
    location: shape.location.safeParse(raw.location).data,
    credential: shape.credential.safeParse(raw.credential).data,
    identity: parts.includes(undefined) ? undefined : parts.join('/').toLowerCase(),
  }
}

const clash = (
  earlier: readonly Candidate[],
  account: Candidate,
  facet: 'identity' | 'location',
): Candidate | undefined => earlier.find(other => other[facet] !== undefined && other[facet] === account[facet])

const clashesOf = (account: Candidate, earlier: readonly Candidate[], root: string): Issue[] => {
  const issues: Issue[] = []
  const same = clash(earlier, account, 'identity')
  if (same !== undefined) {
    issues.push({
      path: pathText(['accounts', account.key, 'accountName'], root),
      found: shown(account.accountName),
      allowed: `an account of its own; "${same.key}" is the same account`,
    })
  }
  const near = clash(earlier, account, 'location')
  if (near !== undefined) {
    issues.push({
      path: pathText(['accounts', account.key, 'location'], root),
      found: shown(account.location),
      allowed: `a location of its own; "${near.key}" has this one, and locator and key ids are unique in a location`,
    })
  }
  return issues
}

/** A credential names a setting; here that setting only has to be there. */
const unsetCredential = (account: Candidate, isSet: (name: string) => boolean, root: string): Issue[] => {
  const { credential } = account
  if (credential === undefined || credential === 'identity' || isSet(credential)) return []
  return [
    {
      path: pathText(['accounts', account.key, 'credential'], root),
      found: `${shown(credential)}, and no such setting`,
      allowed: '"identity", or the name of an application setting that is set',
    },
  ]
}

/** @param isSet whether an application setting of that name holds a value. */
export const accountIssues = (accounts: Raw, isSet: (name: string) => boolean, root: string): Issue[] => {
  const candidates = Object.entries(accounts).map(([key, value]) => candidateOf(key, asRaw(value)))
  return candidates.flatMap((account, index) => [
    ...clashesOf(account, candidates.slice(0, index), root),
    ...unsetCredential(account, isSet, root),
  ])
}

const unknownEnd = (end: unknown, path: string, keys: readonly string[]): Issue[] => {
  if (typeof end !== 'string' || keys.includes(end)) return []
  const likely = nearest(end, keys)
  const allowed = `the key of an account: ${keys.join(', ') || 'none is given'}`
  const hint = likely === undefined ? '' : ` (did you mean ${likely}?)`
  return [{ path, found: shown(end), allowed: `${allowed}${hint}` }]
}

const routeName = (route: Raw): string => `${route.from}>${route.to}`

/** Accounts that a title reaches from an account, step by step along the routes. */
const reached = (account: unknown, routes: readonly Raw[], seen = new Set<unknown>()): ReadonlySet<unknown> => {
  for (const { from, to } of routes) if (from === account && !seen.has(to)) reached(to, routes, seen.add(to))
  return seen
}

/** The way back of a title whose home has deleted it: only the opposite route knows a twin that it must leave alone. */
const leadsBack = ({ from, to }: Raw, routes: readonly Raw[]): boolean =>
  !routes.some(other => other.from === to && other.to === from) && reached(to, routes).has(from)

/** @param keys of all accounts, sound or not. */
export const routeIssues = (routes: readonly unknown[], keys: readonly string[], root: string): Issue[] =>
  routes.map(asRaw).flatMap((route, index, all) => {
    const path = pathText(['routes', index], root)
    const issues = [...unknownEnd(route.from, `${path}.from`, keys), ...unknownEnd(route.to, `${path}.to`, keys)]
    if (typeof route.from !== 'string' || typeof route.to !== 'string') return issues
    if (route.from === route.to) {
      issues.push({ path: `${path}.to`, found: shown(route.to), allowed: 'another account than `from`' })
    }
    if (all.slice(0, index).some(earlier => routeName(earlier) === routeName(route))) {
      issues.push({ path, found: `the route ${shown(routeName(route))} again`, allowed: 'each route once' })
    }
    if (leadsBack(route, all)) {
      const found = `the route ${shown(routeName(route))} on a ring of routes`
      issues.push({ path, found, allowed: 'a ring only where every route has its opposite' })
    }
    return issues
  })
