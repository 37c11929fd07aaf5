import { Secret } from '../secret.ts'
import { isBaseAddress, withoutTrailingSlash } from './address.ts'
import { hubNames, settingDescriptions } from './catalogue.ts'
import type { Issue } from './issues.ts'
import { shown } from './masking.ts'

/** How the storage account of the task hub, and with it the ledger's table, is reached. */
export type HubStorage =
  | { readonly kind: 'connectionString'; readonly connectionString: Secret<string> }
  | { readonly kind: 'identity'; readonly tableEndpoint: string; readonly clientId?: string }

const allowedFor = (name: string): string =>
  settingDescriptions.find(setting => setting.name === name)?.allowed ?? 'nothing'

const isConnectionString = (text: string): boolean =>
  /^\s*UseDevelopmentStorage=true/i.test(text) ||
  (/(^|;)\s*(AccountName|TableEndpoint)=[^;]+/i.test(text) &&
    /(^|;)\s*(AccountKey|SharedAccessSignature)=[^;]+/i.test(text))

const isGuid = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)

const byIdentity = (get: (name: string) => string | undefined, issues: Issue[]): HubStorage | undefined => {
  const refuse = (path: string, found: string): void => {
    issues.push({ path, found, allowed: allowedFor(path) })
  }
  const account = get(hubNames.account)
  const table = get(hubNames.table)
  const clientId = get(hubNames.client)
  const before = issues.length
  if (table !== undefined && !isBaseAddress(table)) refuse(hubNames.table, shown(table))
  if (account !== undefined && !/^[a-z0-9]{3,24}$/.test(account)) refuse(hubNames.account, shown(account))
  if (clientId !== undefined && !isGuid(clientId)) refuse(hubNames.client, shown(clientId))
  const endpoint = table ?? (account === undefined ? undefined : `https://${account}.table.core.windows.net`)
  if (endpoint === undefined) {
    const allowed = `${hubNames.connection}, ${hubNames.account} or ${hubNames.table}`
    issues.push({ path: hubNames.connection, found: 'nothing', allowed })
  }
  if (endpoint === undefined || issues.length > before) return undefined
  const tableEndpoint = withoutTrailingSlash(endpoint)
  return clientId === undefined ? { kind: 'identity', tableEndpoint } : { kind: 'identity', tableEndpoint, clientId }
}

/**
 * As the Functions host does, the connection string wins over the identity settings.
 * @param issues mistakes are appended here.
 */
export const readHubStorage = (get: (name: string) => string | undefined, issues: Issue[]): HubStorage | undefined => {
  const connection = get(hubNames.connection)
  if (connection === undefined) return byIdentity(get, issues)
  if (isConnectionString(connection)) {
    return { kind: 'connectionString', connectionString: new Secret(connection) }
  }
  issues.push({
    path: hubNames.connection,
    // Whatever stands in a setting that is meant for a connection string may be a key.
    found: `a text of ${connection.length} characters (not shown)`,
    allowed: allowedFor(hubNames.connection),
  })
  return undefined
}
