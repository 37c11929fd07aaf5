import type * as z from 'zod'
import type { Account, Route } from '../model.ts'
import { type Issue, issuesOf, pathText } from './issues.ts'
import { readJson } from './json-text.ts'
import { shown } from './masking.ts'
import { accountIssues, asRaw, routeIssues } from './topology-relations.ts'
import { accountKeyRule, accountSchema, isAccountKey, routeSchema, topologySchema } from './topology-schema.ts'

export interface Topology {
  readonly accounts: readonly Account[]
  readonly routes: readonly Route[]
}

export type TopologyResult =
  | { readonly ok: true; readonly topology: Topology }
  | { readonly ok: false; readonly issues: readonly Issue[] }

const root = 'TWINSTREAM_TOPOLOGY'

const accountOf = (key: string, parsed: z.infer<typeof accountSchema>): Account => ({
  ...parsed,
  key,
  credential: parsed.credential === 'identity' ? { kind: 'identity' } : { kind: 'setting', setting: parsed.credential },
})

const accountNames = Object.keys(accountSchema.shape)
const membersOf: Readonly<Record<PropertyKey, readonly string[]>> = {
  include: ['namePrefix'],
  rewriteUrls: ['from', 'to'],
  canary: ['asset', 'probed', 'rebuilt'],
}
const routeNames = ([first]: readonly PropertyKey[]): readonly string[] =>
  (first === undefined ? undefined : membersOf[first]) ?? Object.keys(routeSchema.shape)

const readAccounts = (raw: Readonly<Record<string, unknown>>, issues: Issue[]): Account[] =>
  Object.entries(raw).flatMap(([key, value]) => {
    const path = pathText(['accounts', key], root)
    if (!isAccountKey(key)) issues.push({ path, found: shown(key), allowed: accountKeyRule })
    const parsed = accountSchema.safeParse(value)
    if (parsed.success) return [accountOf(key, parsed.data)]
    issues.push(...issuesOf(parsed.error, value, () => accountNames, path))
    return []
  })

const readRoutes = (raw: readonly unknown[], issues: Issue[]): Route[] =>
  raw.flatMap((value, index) => {
    const parsed = routeSchema.safeParse(value)
    if (parsed.success) return [{ ...parsed.data, key: `${parsed.data.from}>${parsed.data.to}` }]
    issues.push(...issuesOf(parsed.error, value, routeNames, pathText(['routes', index], root)))
    return []
  })

/**
 * Checks the topology document, all of it: a mistake in one place hides none in another.
 * @param isSet whether an application setting of that name holds a value.
 */
export const readTopology = (text: string, isSet: (name: string) => boolean): TopologyResult => {
  const json = readJson(text)
  if (!json.ok) {
    const found = `no JSON from line ${json.line}, column ${json.column} on`
    return { ok: false, issues: [{ path: root, found, allowed: 'one JSON document: {accounts, routes}' }] }
  }
  const issues: Issue[] = json.duplicates.map(name => ({
    path: pathText(name.split('.'), root),
    found: 'the same name twice',
    allowed: 'each name once',
  }))
  const outer = topologySchema.safeParse(json.value)
  if (!outer.success) issues.push(...issuesOf(outer.error, json.value, () => ['accounts', 'routes'], root))
  // Parts are checked even where the whole has a mistake of its own.
  const raw = asRaw(json.value)
  const rawAccounts = asRaw(raw.accounts)
  const rawRoutes: readonly unknown[] = Array.isArray(raw.routes) ? raw.routes : []
  const accounts = readAccounts(rawAccounts, issues)
  const routes = readRoutes(rawRoutes, issues)
  issues.push(...accountIssues(rawAccounts, isSet, root), ...routeIssues(rawRoutes, Object.keys(rawAccounts), root))
  return issues.length > 0 ? { ok: false, issues } : { ok: true, topology: { accounts, routes } }
}
