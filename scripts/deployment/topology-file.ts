/** `infra/topology.json`: read with the app's own schema before anything is provisioned. */
import { type Issue, issuesOf, pathText } from '../../src/lib/config/issues.ts'
import { readTopology } from '../../src/lib/config/topology.ts'
import { deploymentSchema } from './schema.ts'

const placeholder = /^0{8}-/

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

/** Accounts that are still those of the sample. */
const sampleIssues = (accounts: Readonly<Record<string, unknown>>): Issue[] =>
  Object.entries(accounts).flatMap(([key, account]) => {
    const id = record(account).subscriptionId
    return typeof id === 'string' && placeholder.test(id)
      ? [
          {
            path: pathText(['accounts', key, 'subscriptionId']),
            found: id,
            allowed: 'your subscription: this is the sample',
          },
        ]
      : []
  })

/**
 * Every mistake of the document.
 *
 * @param text of the file.
 * @param options.sample whether the accounts of the sample are let through.
 */
export const topologyIssues = (text: string, options: { readonly sample?: boolean } = {}): readonly Issue[] => {
  let document: Readonly<Record<string, unknown>>
  try {
    document = record(JSON.parse(text))
  } catch {
    return [{ path: 'the file', found: 'no JSON', allowed: 'one JSON document: {accounts, routes, deployment}' }]
  }
  const { deployment, ...app } = document
  // Credentials by name of a setting are the deployer's to set: here every name counts as set.
  const read = readTopology(JSON.stringify(app), () => true)
  const parsed = deploymentSchema.safeParse(deployment)
  const accounts = record(app.accounts)
  return [
    ...(read.ok ? [] : read.issues.map(issue => ({ ...issue, path: issue.path.replace('TWINSTREAM_TOPOLOGY.', '') }))),
    ...(parsed.success
      ? []
      : issuesOf(parsed.error, deployment, () => Object.keys(deploymentSchema.shape), 'deployment')),
    ...hostIssues(record(deployment), Object.keys(accounts)),
    ...(options.sample === true ? [] : sampleIssues(accounts)),
  ]
}
