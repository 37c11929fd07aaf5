import { instanceId, unitHash } from '../ledger/keys.ts'
import type { PassBasis } from '../ledger/ledger.ts'
import type { Outcome, Unit } from '../model.ts'
import { policyChangeOf } from '../replicate/fact-changes.ts'
import { findAssets } from '../replicate/find-asset.ts'
import { isPolicyAtHomeInTarget } from '../replicate/move-home.ts'
import type { Pair } from '../replicate/pair.ts'
import type { PolicyInput, PolicyResult } from '../replicate/policy.ts'
import { marked, withMark } from '../replicate/policy-mark.ts'
import { isFollowed, isGuarded } from '../replicate/rules.ts'
import { syncPolicy } from '../replicate/sync-policy.ts'
import { closeAndAdmit } from './close.ts'
import { pendingUnits, releaseOf, requestUnits } from './dependencies.ts'
import { type ActivityDeps, Lost, record, type Tools } from './guard.ts'
import { movedHome } from './moved-home.ts'
import { follow, rulesOf } from './route-rules.ts'
import { heldBack, stoppedBy } from './route-stops.ts'
import type { Claim, Closed, Pass } from './steps.ts'
import { isTwinOf } from './survey-unit.ts'
import { shortWait, troubleOf } from './trouble.ts'

type PolicyStep =
  | { readonly to: 'end'; readonly closed: Closed }
  | { readonly to: 'repeat' /** Milliseconds to wait before. */; readonly after?: number }

export const policyActivities = (deps: ActivityDeps) => ({
  /** A whole pass of a unit without files, from begin to close, in one memory. */
  syncPolicy: async (input: Claim & { readonly previous: string }, tools: Tools): Promise<PolicyStep> => {
    const { unit, run, pass, previous } = input
    const begun = await deps.ledger.begin({ unit, run, pass }, previous)
    if (begun.answer === 'refused') {
      // An earlier execution of this pass may have written, and died before it could tell that it had lost its row.
      await deps.ledger.check({ unit, run, pass }, 0)
      return { to: 'end', closed: 'ignored' }
    }
    const { generation, priority } = begun
    const pair = deps.pair(unit.route, priority)
    if (pair === undefined) return { to: 'end', closed: 'ignored' }
    if (run > 1 && previous === '') await tools.starter.purge(instanceId(unitHash(unit), run - 1))
    const owner: Pass = { unit, run, pass, generation, priority }
    try {
      const result = await syncUnit(deps, tools, pair, owner, begun)
      const found = policyChangeOf(begun.facts, result.facts)
      // After the last write: a pass that lost its row meanwhile has told its successor to look again.
      if ((await deps.ledger.check(owner, owner.generation, found)) === 'lost') return { to: 'end', closed: 'ignored' }
      if (result.goesOn) return { to: 'repeat' }
      const { outcome, changes = [] } = result
      return { to: 'end', closed: await closeAndAdmit(deps, tools, owner, outcome, changes.length > 0, found) }
    } catch (error) {
      if (error instanceof Lost) return { to: 'end', closed: 'ignored' }
      const outcome = await troubleOf(deps, tools, pair, unit, error)
      // It may have written before it failed.
      if ((await deps.ledger.check(owner, owner.generation)) === 'lost') return { to: 'end', closed: 'ignored' }
      const wait = shortWait(pair, outcome)
      if (wait !== undefined) return { to: 'repeat', after: wait }
      return { to: 'end', closed: await closeAndAdmit(deps, tools, owner, outcome, false) }
    }
  },
})

const syncUnit = async (
  deps: ActivityDeps,
  tools: Tools,
  pair: Pair,
  pass: Pass,
  basis: PassBasis,
): Promise<Omit<PolicyResult, 'changes'> & Partial<PolicyResult>> => {
  const { unit } = pass
  if (pair.route.mode === 'paused') return { outcome: { outcome: 'blocked', code: 'RoutePaused' }, facts: {} }
  const state = await deps.ledger.routeState(unit.route)
  const held = heldBack(state, pair)
  if (held !== undefined) return { outcome: held, facts: {} }
  if (unit.kind === 'asset') throw new Error('An asset has a run of its own.')
  if (unit.kind === 'streamingLocator') return passOn(deps, tools, pair, unit)
  if (basis.permissions.moveHome && pair.opposite && pair.route.mode === 'replicate')
    return { outcome: { outcome: 'inSync' }, facts: await movedHome(deps, tools, pair, pass, basis.facts) }
  const policy = { ...unit, kind: unit.kind }
  const isElsewhere = async () => !basis.permissions.adopt && isPolicyAtHomeInTarget(pair, policy, basis.facts)
  if ((await isTwinOf(deps, pair, policy)) || (await isElsewhere()))
    return { outcome: { outcome: 'inSync' }, facts: {} }
  const writable = pair.route.mode === 'replicate'
  const rules = rulesOf(deps.ledger, pair, state)
  const input: PolicyInput = {
    facts: await withMark(pair, unit, basis.facts.home === 'target' ? { ...basis.facts, home: 'source' } : basis.facts),
    permissions: basis.permissions,
    deletes: rules.deletes,
    guarded: isGuarded(rules, basis.inSyncAt, basis.permissions),
    waitFor: async units => {
      await requestUnits(deps, tools.starter, units)
      const { names } = await pendingUnits(deps, units)
      return names.length === 0 ? undefined : { outcome: 'waiting', code: 'PolicyPending', detail: names.join(', ') }
    },
    doubt: units => requestUnits(deps, tools.starter, units, 'all'),
    ...(writable
      ? {
          mayWrite: async facts => {
            await record(deps, pass, facts)
            await follow(deps.ledger, unit.route, facts)
          },
          release: releaseOf(deps, tools.starter, pair),
        }
      : {}),
  }
  const result = await syncPolicy(pair, policy, input)
  const stopped = stoppedBy(pair, result.changes.slice(0, 5).join('; '))
  const wouldWrite = result.changes.length > 0 && result.outcome.outcome === 'inSync'
  if (stopped !== undefined && wouldWrite) return { outcome: stopped, facts: basis.facts }
  const isTwin = writable && result.outcome.outcome === 'inSync'
  return isTwin ? { ...result, facts: await marked(pair, unit, result.facts) } : result
}

/** A locator whose asset was not known: every asset it may publish is looked at, and the ledger remembers the source's. */
const passOn = async (
  deps: ActivityDeps,
  tools: Tools,
  pair: Pair,
  unit: Unit,
): Promise<{ outcome: Outcome; facts: object }> => {
  const { assets, locatorId } = await findAssets(pair, unit, await deps.ledger.locatorAsset(unit.route, unit.name))
  const [first] = assets
  if (locatorId !== undefined && first !== undefined)
    await deps.ledger.rememberLocator(unit.route, unit.name, first.name, locatorId)
  for (const asset of assets) {
    if (!isFollowed(pair.route, asset.name, (await deps.ledger.read(asset))?.facts)) continue
    await tools.starter.run(await deps.ledger.request(asset, { reason: 'locatorCreated', priority: 'event' }))
  }
  return { outcome: { outcome: 'inSync' }, facts: {} }
}
