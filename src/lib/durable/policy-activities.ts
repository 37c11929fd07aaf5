import { instanceId, unitHash } from '../ledger/keys.ts'
import type { Begun } from '../ledger/ledger.ts'
import type { Outcome, Unit } from '../model.ts'
import { findAsset } from '../replicate/find-asset.ts'
import type { Pair } from '../replicate/pair.ts'
import type { PolicyInput, PolicyResult } from '../replicate/policy.ts'
import { syncPolicy } from '../replicate/sync-policy.ts'
import { pendingUnits, requestUnits } from './dependencies.ts'
import { type ActivityDeps, closeAndAdmit, shortWait, stoppedBy, type Tools, troubleOf } from './guard.ts'
import type { Claim, Closed, Pass } from './steps.ts'

/** The row was lost to another pass between reading and writing. */
class Lost extends Error {
  override readonly name = 'Lost'
}

type Begin = Extract<Begun, { answer: 'begun' }>
type PolicyStep = { readonly to: 'end'; readonly closed: Closed } | { readonly to: 'repeat'; readonly after: number }

export const policyActivities = (deps: ActivityDeps) => ({
  /** A whole pass of a unit without files, from begin to close, in one memory. */
  syncPolicy: async (input: Claim & { readonly previous: string }, tools: Tools): Promise<PolicyStep> => {
    const { unit, run, pass, previous } = input
    const begun = await deps.ledger.begin({ unit, run, pass }, previous)
    const pair = deps.pair(unit.route)
    if (begun.answer === 'refused' || pair === undefined) return { to: 'end', closed: 'ignored' }
    if (run > 1 && previous === '') await tools.starter.purge(instanceId(unitHash(unit), run - 1))
    const owner: Pass = { unit, run, pass, generation: begun.generation }
    try {
      const result = await syncUnit(deps, tools, pair, owner, begun)
      // After the last write: a pass that lost its row meanwhile has told its successor to look again.
      if ((await deps.ledger.check(owner, owner.generation, result.facts)) === 'lost')
        return { to: 'end', closed: 'ignored' }
      return { to: 'end', closed: await closeAndAdmit(deps, tools, owner, result.outcome, result.facts) }
    } catch (error) {
      if (error instanceof Lost) return { to: 'end', closed: 'ignored' }
      const outcome = await troubleOf(deps, tools, pair, unit, error)
      const wait = shortWait(pair, outcome)
      if (wait !== undefined) return { to: 'repeat', after: wait }
      return { to: 'end', closed: await closeAndAdmit(deps, tools, owner, outcome) }
    }
  },
})

const syncUnit = async (
  deps: ActivityDeps,
  tools: Tools,
  pair: Pair,
  pass: Pass,
  begun: Begin,
): Promise<Pick<PolicyResult, 'outcome' | 'facts'>> => {
  const { unit } = pass
  if (unit.kind === 'asset') throw new Error('An asset has a run of its own.')
  if (unit.kind === 'streamingLocator') return passOn(deps, tools, pair, unit)
  const writable = pair.route.mode === 'replicate'
  const input: PolicyInput = {
    facts: begun.facts,
    permissions: begun.permissions,
    waitFor: async units => {
      await requestUnits(deps, tools.starter, units)
      const { names } = await pendingUnits(deps, units)
      return names.length === 0 ? undefined : { outcome: 'waiting', code: 'PolicyPending', detail: names.join(', ') }
    },
    ...(writable
      ? {
          mayWrite: async facts => {
            if ((await deps.ledger.check(pass, pass.generation, facts)) === 'lost')
              throw new Lost('The row is another pass.')
          },
        }
      : {}),
  }
  const result = await syncPolicy(pair, { ...unit, kind: unit.kind }, input)
  const stopped = stoppedBy(pair, result.changes.slice(0, 5).join('; '))
  const wouldWrite = result.changes.length > 0 && result.outcome.outcome === 'inSync'
  return stopped !== undefined && wouldWrite ? { outcome: stopped, facts: begun.facts } : result
}

/** A locator whose asset was not known: the asset is what is looked at, and the ledger remembers it. */
const passOn = async (
  deps: ActivityDeps,
  tools: Tools,
  pair: Pair,
  unit: Unit,
): Promise<{ outcome: Outcome; facts: object }> => {
  const found = await findAsset(pair, unit, await deps.ledger.locatorAsset(unit.route, unit.name))
  if (found !== undefined) {
    if (found.locatorId !== undefined)
      await deps.ledger.rememberLocator(unit.route, unit.name, found.asset.name, found.locatorId)
    await tools.starter.run(await deps.ledger.request(found.asset, { reason: 'locatorCreated', priority: 'event' }))
  }
  return { outcome: { outcome: 'inSync' }, facts: {} }
}
