/** Reads from a topology document what the simulator needs: accounts and their storage accounts. */
import { isRecord } from './json.ts'
import { regionOf } from './state.ts'

export interface TopologyAccount {
  readonly key: string
  readonly subscriptionId: string
  readonly resourceGroup: string
  readonly accountName: string
  readonly location: string
  /** Names, the primary one first. */
  readonly storageAccounts: readonly string[]
}

/** A topology that cannot be used; `problems` holds a sentence for each mistake. */
export class InvalidTopology extends Error {
  readonly problems: readonly string[]
  constructor(problems: readonly string[]) {
    super(`The topology is not valid: ${problems.join('; ')}`)
    this.name = 'InvalidTopology'
    this.problems = problems
  }
}

type Members = Readonly<Record<string, unknown>>
const required = ['subscriptionId', 'resourceGroup', 'accountName', 'location'] as const

/** Storage accounts that routes name: the keys of a map belong to the source, its values to the target. */
const storageByAccount = (routes: unknown): Map<string, string[]> => {
  const found = new Map<string, string[]>()
  const add = (account: unknown, name: unknown) => {
    if (typeof account !== 'string' || typeof name !== 'string') return
    const names = found.get(account) ?? []
    if (!names.includes(name)) names.push(name)
    found.set(account, names)
  }
  for (const route of Array.isArray(routes) ? routes.filter(isRecord) : [])
    for (const [from, to] of Object.entries(isRecord(route.storage) ? route.storage : {})) {
      add(route.from, from)
      add(route.to, to)
    }
  return found
}

const checkAccount = (key: string, account: unknown): string[] => {
  if (!isRecord(account)) return [`accounts.${key} must be an object`]
  const problems = required
    .filter(name => typeof account[name] !== 'string' || account[name] === '')
    .map(
      name =>
        `accounts.${key}.${name} must be text, found ${account[name] === undefined ? 'nothing' : JSON.stringify(account[name])}`,
    )
  const { accountName, provider } = account
  if (provider !== undefined && provider !== 'arm')
    problems.push(
      `accounts.${key}.provider must be arm, the only API that is simulated, found ${JSON.stringify(provider)}`,
    )
  if (typeof accountName === 'string' && accountName !== '' && !/^[a-z0-9]{3,24}$/.test(accountName))
    problems.push(`accounts.${key}.accountName must be 3 to 24 lower-case letters and digits, found ${accountName}`)
  return problems
}

/** As the app does: locator and content key ids are unique in a location, so no twin could have those of its source. */
const checkLocations = (accounts: readonly TopologyAccount[]): string[] =>
  accounts.flatMap(({ key, location }, index) => {
    const other = accounts.slice(0, index).find(earlier => regionOf(earlier.location) === regionOf(location))
    return other === undefined
      ? []
      : [`accounts.${key}.location must be another than that of accounts.${other.key}, found ${location} for both`]
  })

/** Throws InvalidTopology naming every mistake that would hinder the simulator; other parts of the document are not its business. */
export const readTopology = (document: unknown): TopologyAccount[] => {
  if (!isRecord(document) || !isRecord(document.accounts))
    throw new InvalidTopology(['an object with "accounts": { key: { … } } is expected'])
  const entries = Object.entries(document.accounts)
  const problems = entries.flatMap(([key, account]) => checkAccount(key, account))
  if (entries.length === 0) problems.push('accounts must hold at least one account')
  if (problems.length > 0) throw new InvalidTopology(problems)
  const named = storageByAccount(document.routes)
  const accounts = entries.map(([key, value]): TopologyAccount => {
    const account = value as Members & Readonly<Record<(typeof required)[number], string>>
    const own = isRecord(account.storageEndpoints) ? Object.keys(account.storageEndpoints) : []
    const storage = own.length > 0 ? own : (named.get(key) ?? [`${account.accountName}store`])
    const { subscriptionId, resourceGroup, accountName, location } = account
    return { key, subscriptionId, resourceGroup, accountName, location, storageAccounts: storage }
  })
  const shared = checkLocations(accounts)
  if (shared.length > 0) throw new InvalidTopology(shared)
  return accounts
}
