/** What requests to `/_sim/` may say, checked against what there is. */
import { accountId } from './envelope.ts'
import { type Plane, planes } from './fault-kinds.ts'
import type { FaultRule } from './fault-rules.ts'
import { operations } from './operations.ts'
import { playerOperations } from './players/players.ts'
import { regionOf, type State } from './state.ts'
import { storageOperations } from './storage/operation.ts'

/** An answer of its own; thrown to end a request early. */
export class Refusal extends Error {
  readonly status: number
  readonly problems: readonly string[]
  constructor(status: number, problems: readonly string[]) {
    super(problems.join('; '))
    this.status = status
    this.problems = problems
  }
}

/** What events are asked for by: sent to a custom topic, taken up for a subscription, sent to it. */
const eventOperations = ['Publish', 'Enqueue', 'Deliver']

const operationsOf: Readonly<Record<Plane, readonly string[]>> = {
  control: [...operations.map(({ id }) => id), 'Unknown'],
  storage: storageOperations,
  events: eventOperations,
  players: playerOperations,
}

const keysOf = (state: State): string[] => state.accounts().map(({ key }) => key)

/** The account key under `?account=`, or `*`. */
export const accountIn = (state: State, query: URLSearchParams): string => {
  const key = query.get('account')
  const known = keysOf(state)
  if (key !== null && (key === '*' || known.includes(key))) return key
  throw new Refusal(key === null ? 400 : 404, [
    `?account= must be one of ${known.join(', ')} or *, found ${key ?? 'nothing'}`,
  ])
}

/** The keys under `?account=`, or those of all accounts in the region under `?region=`. */
export const accountsIn = (state: State, query: URLSearchParams): string[] => {
  const region = query.get('region')
  if (region === null) return [accountIn(state, query)]
  if (query.has('account')) throw new Refusal(400, ['either ?account= or ?region=, not both'])
  const found = state.accounts().filter(({ location }) => regionOf(location) === regionOf(region))
  if (found.length > 0) return found.map(({ key }) => key)
  const regions = [...new Set(state.accounts().map(({ location }) => regionOf(location)))]
  throw new Refusal(404, [`?region= must be one of ${regions.join(', ')}, found ${region}`])
}

export const planeIn = (query: URLSearchParams): Plane | undefined => {
  const plane = query.get('plane')
  const found = planes.find(known => known === plane)
  if (plane !== null && found === undefined)
    throw new Refusal(400, [`?plane= must be one of ${planes.join(', ')}, found ${plane}`])
  return found
}

/** Throws a Refusal naming what is not among `allowed`. */
export const checkQuery = (query: URLSearchParams, allowed: readonly string[]): void => {
  const unknown = [...query.keys()].filter(name => !allowed.includes(name))
  if (unknown.length === 0) return
  const list = allowed.length === 0 ? 'nothing is' : `${allowed.map(name => `?${name}=`).join(', ')} are`
  throw new Refusal(400, [`?${unknown.join('=, ?')}= is not known here; ${list} allowed`])
}

/** Groups of operations instead of every single one: `Assets_`. */
const beginnings = (names: readonly string[]) => [...new Set(names.map(name => name.replace(/_.*/, '_')))]

/**
 * A rule that could never strike is a mistake. Events go by the names of topics as well, and storage by those of storage
 * accounts, so that only rules for the control plane must name a media account.
 */
export const checkRule = (state: State, { account, operation, plane }: FaultRule): void => {
  const problems: string[] = []
  const known = keysOf(state)
  const storage = plane === 'control' ? [] : state.accounts().flatMap(({ storageAccounts }) => storageAccounts)
  if (plane !== 'events' && account !== '*' && ![...known, ...storage].includes(account))
    problems.push(`account must be one of ${known.join(', ')} or *, found ${account}`)
  const names = plane === undefined ? planes.flatMap(name => operationsOf[name]) : operationsOf[plane]
  if (operation !== undefined && !names.some(name => name.startsWith(operation)))
    problems.push(`operation must begin like one of ${beginnings(names).join(', ')}, found ${operation}`)
  if (problems.length > 0) throw new Refusal(400, problems)
}

/** Media accounts as `/_sim/accounts` shows them. */
export const accountsOf = (state: State) =>
  state.accounts().map(account => ({
    key: account.key,
    id: accountId(account),
    location: account.location,
    storageAccounts: account.storageAccounts,
    assets: account.assets.size,
    streamingLocators: account.streamingLocators.size,
  }))
