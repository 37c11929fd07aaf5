/** From a topology to clients of the two accounts, without the app's own reading of it. */
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { DefaultAzureCredential } from '@azure/identity'
import { type ArmClient, armClient } from '../stack/arm.ts'
import type { UrlRule } from './context.ts'
import { UsageError } from './options.ts'
import { patient, Unreadable } from './patience.ts'

type Members = Readonly<Record<string, unknown>>
type Environment = Readonly<Record<string, string | undefined>>

const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

interface Sources {
  readonly topology?: Members
  /** Application settings that came along. */
  readonly settings: Environment
}

const parsed = (text: string, what: string): Members => {
  try {
    const value: unknown = JSON.parse(text)
    if (isMembers(value)) return value
  } catch {
    // Said below; the parser's message may quote what is in there.
  }
  throw new UsageError(`${what} is no JSON object.`)
}

const sourcesIn = (document: Members, what: string): Sources => {
  if (isMembers(document.accounts)) return { topology: document, settings: {} }
  if (!isMembers(document.Values)) throw new UsageError(`${what} has neither "accounts" nor "Values".`)
  const settings = document.Values as Environment
  const text = settings.TWINSTREAM_TOPOLOGY
  return text ? { topology: parsed(text, `TWINSTREAM_TOPOLOGY in ${what}`), settings } : { settings }
}

const settingsFile = 'local.settings.json'

const readSource = async (file: string): Promise<Sources> => {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined && file === settingsFile)
    throw new UsageError(`There is no ${settingsFile} here: name a topology with --topology FILE.`)
  if (text === undefined) throw new UsageError(`${file} cannot be read.`)
  return sourcesIn(parsed(text, file), file)
}

/** Later files win over earlier ones, and the environment over all. Throws UsageError. */
const gather = async (files: readonly string[], environment: Environment): Promise<Required<Sources>> => {
  const fromEnvironment = environment.TWINSTREAM_TOPOLOGY
  const wanted = files.length === 0 && !fromEnvironment ? [settingsFile] : files
  const sources = await Promise.all(wanted.map(readSource))
  if (files.length === 0 && fromEnvironment)
    sources.push({ topology: parsed(fromEnvironment, 'TWINSTREAM_TOPOLOGY'), settings: {} })
  const topology = sources.findLast(source => source.topology !== undefined)?.topology
  if (topology === undefined) throw new UsageError(`No topology in ${wanted.join(' and ')}.`)
  return { topology, settings: Object.assign({}, ...sources.map(source => source.settings), environment) }
}

/** What an identity says when it gives no token: of a whole chain of them one line is enough. */
const noToken = (error: unknown): Unreadable => {
  const { name, message } = error instanceof Error ? error : new Error(String(error))
  const absent = /^(CredentialUnavailable|AggregateAuthentication|AuthenticationRequired)Error$/.test(name)
  const reason = absent ? '' : ` (${message.split('\n')[0]})`
  return new Unreadable(`no credential: \`az login\` first, as somebody who may read both accounts${reason}`)
}

/** Asked once a minute at most, since a token is asked for before every request. The token throws Unreadable. */
const identityToken = (): (() => Promise<string>) => {
  let credential: DefaultAzureCredential | undefined
  let held: { readonly token: string; readonly until: number } | undefined
  return async () => {
    if (held === undefined || held.until < Date.now()) {
      // Only now: loading it takes longer than all the rest.
      credential ??= new (await import('@azure/identity')).DefaultAzureCredential()
      const { token } = await credential.getToken('https://management.azure.com/.default').catch(error => {
        throw noToken(error)
      })
      held = { token, until: Date.now() + 60_000 }
    }
    return held.token
  }
}

const tokenFor = (key: string, account: Members, settings: Environment) => {
  const { credential = 'identity' } = account
  if (credential === 'identity') return identityToken()
  const value = settings[String(credential)]
  if (!value) throw new UsageError(`Account ${key} needs the setting ${credential}, which is not set.`)
  return value
}

/** One account of the topology, and how it is reached. */
export interface End {
  readonly key: string
  /** Of the resource manager, without trailing slash. */
  readonly endpoint: string
  readonly accountId: string
  readonly token: string | (() => Promise<string>)
  /** Whether the token is of an identity, rather than the value of a setting. */
  readonly byIdentity: boolean
  /** Where hosts of players answer by their name, where DNS does not lead to them. */
  readonly playersEndpoint?: string
}

const endOf = (topology: Members, key: string, settings: Environment): End => {
  const accounts = isMembers(topology.accounts) ? topology.accounts : {}
  const account = Object.hasOwn(accounts, key) ? accounts[key] : undefined
  if (!isMembers(account))
    throw new UsageError(`There is no account ${key} in the topology, only ${Object.keys(accounts).join(', ')}.`)
  const { endpoint = 'https://management.azure.com', subscriptionId, resourceGroup, accountName } = account
  if (![endpoint, subscriptionId, resourceGroup, accountName].every(part => typeof part === 'string' && part !== ''))
    throw new UsageError(`Account ${key} lacks a subscriptionId, resourceGroup or accountName.`)
  const { credential = 'identity', playersEndpoint } = account
  return {
    key,
    endpoint: String(endpoint).replace(/\/+$/, ''),
    accountId: `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.Media/mediaServices/${accountName}`,
    token: tokenFor(key, account, settings),
    byIdentity: credential === 'identity',
    ...(typeof playersEndpoint === 'string' ? { playersEndpoint } : {}),
  }
}

interface Wanted {
  readonly from: string
  readonly to: string
  /** Files with the topology or settings. */
  readonly topology: readonly string[]
}

/** Throws UsageError for a topology that does not tell how to reach both accounts. */
export const openEnds = async (
  { from, to, topology: files }: Wanted,
  environment: Environment,
): Promise<{ readonly a: End; readonly b: End; readonly rewriteUrls: readonly UrlRule[] }> => {
  const { topology, settings } = await gather(files, environment)
  const routes = Array.isArray(topology.routes) ? topology.routes.filter(isMembers) : []
  const rules = routes.find(route => route.from === from && route.to === to)?.rewriteUrls
  return {
    a: endOf(topology, from, settings),
    b: endOf(topology, to, settings),
    rewriteUrls: Array.isArray(rules) ? (rules as readonly UrlRule[]) : [],
  }
}

export interface Accounts {
  readonly a: ArmClient
  readonly b: ArmClient
  /** Of the route between the two, where there is one. */
  readonly rewriteUrls: readonly UrlRule[]
}

/** As `openEnds`, for who only reads. */
export const openAccounts = async (wanted: Wanted, environment: Environment): Promise<Accounts> => {
  const { a, b, rewriteUrls } = await openEnds(wanted, environment)
  const reading = ({ key, endpoint, accountId, token }: End): ArmClient =>
    patient(armClient({ endpoint, accountId, token, requestId: () => `compare-${randomUUID()}` }), key)
  return { a: reading(a), b: reading(b), rewriteUrls }
}
