import type { Copying, Recording } from '../ledger/facts.ts'
import { instanceId, unitHash } from '../ledger/keys.ts'
import type { PassBasis } from '../ledger/ledger.ts'
import type { RouteState } from '../ledger/states.ts'
import type { Outcome, Unit } from '../model.ts'
import { changeOf } from '../replicate/fact-changes.ts'
import type { Pair } from '../replicate/pair.ts'
import { type Survey, surveyAsset } from '../replicate/survey.ts'
import { foundFacts } from '../replicate/survey-facts.ts'
import { closeAndAdmit } from './close.ts'
import { requestUnits } from './dependencies.ts'
import { type ActivityDeps, Lost, type Tools } from './guard.ts'
import { movedHome } from './moved-home.ts'
import { rulesOf } from './route-rules.ts'
import { heldBack, stoppedBy } from './route-stops.ts'
import type { Claim, Finished, Pass, Plan } from './steps.ts'
import { troubleOf } from './trouble.ts'

/**
 * Begins the pass, reads both sides and compares. What needs no writing is closed here, so that an asset in sync
 * costs one activity.
 */
export const surveyActivity =
  (deps: ActivityDeps) =>
  async (
    input: Claim & { readonly previous: string },
    tools: Tools,
  ): Promise<Exclude<Finished<Plan>, { to: 'close' }>> => {
    const { unit, run, pass, previous } = input
    const begun = await deps.ledger.begin({ unit, run, pass }, previous)
    if (begun.answer === 'refused') return { to: 'end', closed: 'ignored' }
    const { generation, priority } = begun
    const pair = deps.pair(unit.route, priority)
    if (pair === undefined) return { to: 'end', closed: 'ignored' }
    if (run > 1 && previous === '') await tools.starter.purge(instanceId(unitHash(unit), run - 1))
    const owner: Pass = { unit, run, pass, generation, priority }
    const end = async (outcome: Outcome, facts?: Recording) =>
      ({ to: 'end', closed: await closeAndAdmit(deps, tools, owner, outcome, false, facts) }) as const
    if (pair.route.mode === 'paused') return end({ outcome: 'blocked', code: 'RoutePaused' })
    const state = await deps.ledger.routeState(unit.route)
    const held = heldBack(state, pair)
    if (held !== undefined) return end(held)
    if (begun.permissions.moveHome && pair.opposite && pair.route.mode === 'replicate') {
      try {
        return end({ outcome: 'inSync' }, await movedHome(deps, tools, pair, owner, begun.facts))
      } catch (error) {
        if (error instanceof Lost) return { to: 'end', closed: 'ignored' }
        return end(await troubleOf(deps, tools, pair, unit, error))
      }
    }
    const survey = await surveyed(deps, tools, pair, unit, begun, state)
    if ('trouble' in survey) return end(survey.trouble)
    const outcome = modeOutcome(pair, survey)
    await requestUnits(deps, tools.starter, survey.dependencies)
    const writes = pair.route.mode === 'replicate'
    const withdraw = writes ? survey.withdraw : []
    const remove = writes && survey.remove === true
    if (outcome !== undefined && withdraw.length === 0 && !remove)
      return end(outcome, changeOf(begun.facts, survey.facts))
    // What a lost row had to find out anew, e.g. which locators are ours, is there for the steps that follow.
    const { blobs: ofBlobs = 0, bytes: ofBytes = 0 } = survey.toCopy ?? {}
    const copying: Copying = { since: pair.clock(), blobs: 0, bytes: 0, ofBlobs, ofBytes }
    const found = changeOf(begun.facts, { ...foundFacts(survey.facts), copying })
    if ((await deps.ledger.check(owner, generation, found)) === 'lost') return { to: 'end', closed: 'ignored' }
    // With the twin gone there is nothing to decide any more.
    if (remove) return { to: 'next', result: { generation, priority, withdraw, remove } }
    return { to: 'next', result: { ...planOf(generation, survey, withdraw, outcome), priority } }
  }

/** A route that may not be written to still tells what it would do. */
const modeOutcome = (pair: Pair, survey: Survey): Outcome | undefined =>
  survey.outcome ?? stoppedBy(pair, survey.changes.slice(0, 5).join('; '))

const surveyed = async (
  deps: ActivityDeps,
  tools: Tools,
  pair: Pair,
  unit: Unit,
  basis: PassBasis,
  state: RouteState,
): Promise<Survey | { readonly trouble: Outcome }> => {
  try {
    const rules = rulesOf(deps.ledger, pair, state)
    return await surveyAsset(pair, { name: unit.name, ...basis, rules })
  } catch (error) {
    return { trouble: await troubleOf(deps, tools, pair, unit, error) }
  }
}

const planOf = (
  generation: number,
  survey: Survey,
  withdraw: readonly string[],
  outcome: Outcome | undefined,
): Plan => ({
  generation,
  withdraw,
  ...(outcome === undefined ? {} : { afterwards: outcome }),
  ...(outcome !== undefined || survey.source === undefined
    ? {}
    : {
        work: {
          owner: survey.facts.owner === 'adopted' ? 'adopted' : 'made',
          source: survey.source,
          listing: survey.facts.listing ?? '',
          locators: survey.locators,
          live: survey.live,
        },
      }),
})
