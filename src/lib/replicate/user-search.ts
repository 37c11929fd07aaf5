/** What in the target names a policy that is to be deleted, whoever made it; looked for in steps. */
import type { Facts, UserSearch } from '../ledger/facts.ts'
import type { LocatorSummary } from '../media/resources.ts'
import { policyNames } from '../media/streaming-policies.ts'
import type { Outcome, Unit } from '../model.ts'
import type { Pair } from './pair.ts'

/** Names shown, and remembered, of what uses a policy. */
const namesShown = 10
/** List calls of one activity. A page may hold no more than ten locators (contract section 9). */
const listsPerStep = 50

export interface Users {
  /** Some of what uses the policy; empty where nothing does, or where nobody knows yet. */
  readonly found: readonly string[]
  /** To be kept for the next look. */
  readonly facts: Pick<Facts, 'usedBy' | 'userSearch'>
  /** The search is not at its end: the next step goes on with it. */
  readonly goesOn?: true
}

const sameName = (a: string | undefined, b: string): boolean => a?.toLowerCase() === b.toLowerCase()

const names = (locator: LocatorSummary, { kind, name }: Unit): boolean =>
  sameName(kind === 'streamingPolicy' ? locator.streamingPolicyName : locator.defaultContentKeyPolicyName, name)

/** There are a hundred at most (contract section 10). */
const policiesNaming = async ({ target }: Pair, { kind, name }: Unit): Promise<readonly string[]> => {
  const found: string[] = []
  let cursor: string | undefined
  if (kind !== 'contentKeyPolicy') return found
  do {
    const page = await target.streamingPolicies(cursor)
    for (const policy of page.items)
      if (policyNames(policy).some(other => sameName(other, name))) found.push(policy.name)
    cursor = page.next
  } while (cursor !== undefined)
  return found
}

/** Those that named the policy the last time and still do. */
const stillNaming = async ({ target }: Pair, unit: Unit, known: readonly string[]): Promise<readonly string[]> => {
  const locators = await Promise.all(known.map(name => target.locator(name)))
  return locators.filter(locator => locator !== undefined && names(locator, unit)).map(locator => locator?.name ?? '')
}

/** Its cursor is the service's, and nobody says for how long it is good. */
const usable = (search: UserSearch | null | undefined, { timing }: Pair, now: number): UserSearch | undefined =>
  search && now - search.since < timing.fullInterval ? search : undefined

/**
 * Looks through the target's locators, some lists a step. A locator is never given another policy (contract section 11),
 * so one that was seen needs no second look, and after a walk of several steps only those are walked through that were
 * made since it began. Nothing uses the policy when a whole walk fits into one step: what is made after that could as
 * well be made between the last look and the delete.
 */
const search = async (pair: Pair, unit: Unit, before: Facts['userSearch']): Promise<Users> => {
  const earlier = usable(before, pair, pair.clock())
  let walk: UserSearch = earlier ?? { since: pair.clock() }
  let ofThisStep = earlier === undefined
  for (let lists = 0; lists < listsPerStep; lists++) {
    const page = await pair.target.locators(walk.cursor, walk.createdFrom)
    const users = page.items.filter(locator => names(locator, unit)).map(({ name }) => name)
    if (users.length > 0) {
      const usedBy = users.slice(0, namesShown)
      return { found: usedBy.map(name => `locator ${name}`), facts: { usedBy, userSearch: null } }
    }
    if (page.next !== undefined) walk = { ...walk, cursor: page.next }
    else if (ofThisStep) return { found: [], facts: { usedBy: [], userSearch: null } }
    else {
      // Clocks differ.
      walk = { since: pair.clock(), createdFrom: walk.since - pair.timing.changesOverlap }
      ofThisStep = true
    }
  }
  return { found: [], facts: { userSearch: walk }, goesOn: true }
}

/**
 * What uses a policy, as far as one step can tell. What is known to have used it is asked for first, so that a policy
 * that stays in use costs a few calls, however many locators there are.
 *
 * @param onlyKnown for a report: no search through all locators.
 */
export const usersOf = async (pair: Pair, unit: Unit, facts: Facts, onlyKnown: boolean): Promise<Users> => {
  const policies = await policiesNaming(pair, unit)
  const locators = await stillNaming(pair, unit, facts.usedBy ?? [])
  const found = [...locators.map(name => `locator ${name}`), ...policies.map(name => `streaming policy ${name}`)]
  if (found.length > 0 || onlyKnown) return { found, facts: {} }
  return search(pair, unit, facts.userSearch)
}

/** The outcome while the search goes on: a pass that ends with it goes on where it was. */
export const searching = ({ route }: Pair, { name }: Unit): Outcome => ({
  outcome: 'waiting',
  code: 'PolicyPending',
  detail: `Locators of ${route.to} are looked through for users of ${name}.`,
})
