/** `infra/topology.json`: read with the app's own schema before anything is provisioned. */
import { type Issue, issuesOf, pathText } from '../../src/lib/config/issues.ts'
import { readJson } from '../../src/lib/config/json-text.ts'
import { shown } from '../../src/lib/config/masking.ts'
import { readTopology } from '../../src/lib/config/topology.ts'
import { deploymentSchema } from './schema.ts'

/** What every name of the sample has that a customer has to replace: a company of examples, or an id of zeros. */
const ofSample = /contoso|00000000-0000-/i

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  value !== null && typeof value === 'object' ? (value as Readonly<Record<string, unknown>>) : {}

/** Hosts for accounts that there are; Front Door and Traffic Manager would otherwise send players nowhere. */
const hostIssues = (deployment: Readonly<Record<string, unknown>>, accounts: readonly string[]): Issue[] =>
  ['origins', 'keyDelivery'].flatMap(list => {
    const hosts = record(deployment.players)[list]
    return (Array.isArray(hosts) ? hosts : []).flatMap((entry: unknown, index) => {
      const account = record(entry).account
      if (typeof account !== 'string' || accounts.includes(account)) return []
      const allowed = `the key of an account: ${accounts.join(', ')}`
      return [{ path: pathText(['deployment', 'players', list, index, 'account']), found: account, allowed }]
    })
  })

/** Probes have to ask for something. */
const canaryIssues = (deployment: Readonly<Record<string, unknown>>): Issue[] => {
  const { frontDoor, trafficManager, canary } = record(deployment.players)
  if (canary !== undefined || (frontDoor !== true && trafficManager !== true)) return []
  const allowed =
    'its paths, where frontDoor or trafficManager is true; until GET /api/readiness tells them, both false'
  return [{ path: 'deployment.players.canary', found: 'nothing', allowed }]
}

/** What is still the sample's, wherever it stands: as the name of a property, too. */
const sampleIssues = (value: unknown, path: readonly PropertyKey[] = []): Issue[] => {
  const issue = (found: string): Issue[] =>
    ofSample.test(found)
      ? [{ path: pathText(path), found: shown(found), allowed: 'your own: this is of the sample' }]
      : []
  if (typeof value === 'string') return issue(value)
  if (Array.isArray(value)) return value.flatMap((item, index) => sampleIssues(item, [...path, index]))
  return Object.entries(record(value)).flatMap(([name, member]) => [
    ...issue(name),
    ...sampleIssues(member, [...path, name]),
  ])
}

/**
 * Every mistake of the document.
 *
 * @param text of the file.
 * @param options.sample whether what is of the sample is let through.
 */
export const topologyIssues = (text: string, options: { readonly sample?: boolean } = {}): readonly Issue[] => {
  const json = readJson(text)
  if (!json.ok) {
    const found = `no JSON from line ${json.line}, column ${json.column} on`
    return [{ path: 'the file', found, allowed: 'one JSON document without comments: {accounts, routes, deployment}' }]
  }
  const { deployment, ...app } = record(json.value)
  // Credentials by name of a setting are the deployer's to set: here every name counts as set.
  const read = readTopology(JSON.stringify(app), () => true)
  const parsed = deploymentSchema.safeParse(deployment)
  return [
    ...json.duplicates.map(path => ({ path, found: 'the same name twice', allowed: 'each name once' })),
    ...(read.ok ? [] : read.issues.map(issue => ({ ...issue, path: issue.path.replace('TWINSTREAM_TOPOLOGY.', '') }))),
    ...(parsed.success
      ? []
      : issuesOf(parsed.error, deployment, () => Object.keys(deploymentSchema.shape), 'deployment')),
    ...hostIssues(record(deployment), Object.keys(record(app.accounts))),
    ...canaryIssues(record(deployment)),
    ...(options.sample === true ? [] : sampleIssues(json.value)),
  ]
}
