import type { Facts } from '../ledger/facts.ts'
import type { Outcome } from '../model.ts'
import { copyFiles } from '../replicate/copy.ts'
import type { Pair, Place } from '../replicate/pair.ts'
import { prepareTwin } from '../replicate/prepare.ts'
import { publishTwin, type Seen } from '../replicate/publish.ts'
import { removeTwin } from '../replicate/remove-asset.ts'
import { Stop } from '../replicate/trouble.ts'
import { withdrawLocators } from '../replicate/withdraw.ts'
import { withBegun } from '../storage/own-files.ts'
import type { BlobItem, Copied } from '../storage/ports.ts'
import { askRefused } from '../sweep/ids-freed.ts'
import { logEvent } from '../telemetry/log-event.ts'
import { closeAndAdmit } from './close.ts'
import { pendingUnits, requestUnits } from './dependencies.ts'
import { type ActivityDeps, guarded, Lost, type Tools } from './guard.ts'
import { follow, rulesOf } from './route-rules.ts'
import type { Closed, Pass, Step, Work } from './steps.ts'
import { surveyActivity } from './survey-activity.ts'
import { afterTrouble, troubleOf } from './trouble.ts'

interface Waited {
  /** Milliseconds that the run has waited between repeats of this step. */
  readonly waited: number
}
interface Places {
  readonly source: Place
  readonly target: Place
}

export const assetActivities = (deps: ActivityDeps) => ({
  surveyAsset: surveyActivity(deps),

  withdrawLocators: (
    input: Pass & Waited & { readonly locators: readonly string[] },
    tools: Tools,
  ): Promise<Step<{ readonly afterwards?: Outcome }>> =>
    guarded<{ readonly afterwards?: Outcome }>(deps, tools, input, async (pair, row) => {
      const rules = await rulesNow(deps, pair)
      const withdrawn = await rules.withdrawn(input.locators)
      try {
        const facts = await withdrawLocators(pair, input.unit.name, input.locators, row, rules.deletes, withdrawn)
        await askRefused(deps.ledger, tools.starter, input.unit.route)
        return { step: { to: 'next', result: {} }, facts }
      } catch (error) {
        // A wave of deletes stops deletes, and nothing else.
        if (error instanceof Stop && 'code' in error.outcome && error.outcome.code === 'DeleteWave')
          return { step: { to: 'next', result: { afterwards: error.outcome } } }
        throw error
      }
    }),

  removeTwin: (input: Pass & Waited, tools: Tools): Promise<Step<true>> =>
    guarded(deps, tools, input, async (pair, { facts }) => {
      const { deletes } = await rulesNow(deps, pair)
      return { step: { to: 'next', result: true }, facts: await removeTwin(pair, input.unit.name, facts, deletes) }
    }),

  prepareTwin: (
    input: Pass & Waited & { readonly source: Place; readonly owner: Work['owner'] },
    tools: Tools,
  ): Promise<Step<Place>> =>
    guarded(deps, tools, input, async (pair, { facts: before, record }) => {
      const { deletes } = await rulesNow(deps, pair)
      const { mark, ...target } = await prepareTwin(pair, input.unit.name, input.source, input.owner, {
        before,
        deletes,
        making: async facts => {
          await record(facts)
          await follow(deps.ledger, input.unit.route, facts)
        },
      })
      return { step: { to: 'next', result: target }, facts: { container: target.container, twinAsset: mark } }
    }),

  copyFiles: (
    input: Pass & Waited & Places & { readonly live: boolean; readonly listing: string },
    tools: Tools,
  ): Promise<Step<true>> =>
    guarded(deps, tools, input, async (pair, { facts: before, record }) => {
      const asked: { moved: boolean } = { moved: false }
      const { millisecondsCopying: earlier = 0, copying } = before
      const progress = ({ blobs, bytes }: Copied): Facts =>
        copying === undefined
          ? {}
          : { copying: { ...copying, blobs: copying.blobs + blobs, bytes: copying.bytes + bytes } }
      const until = async (soFar: Copied) => {
        const answer = await deps.ledger.check(input, input.generation, progress(soFar))
        asked.moved ||= answer === 'moved'
        return answer !== 'mine'
      }
      let { filesBegun: begun = '' } = before
      // A copy that never ends leaves files that only this tells from somebody else's.
      const begin = async (items: readonly BlobItem[]) => {
        const more = withBegun(begun, items)
        if (more !== begun) await record({ filesBegun: more })
        begun = more
      }
      const { unit, live, listing } = input
      const copied = await copyFiles(pair, unit.name, input, live, listing, until, begin)
      if (copied.burstMilliseconds !== undefined) {
        const { route, name } = unit
        const milliseconds = Math.round(copied.burstMilliseconds)
        logEvent(tools.log, 'filesReplaced', { route, name, milliseconds, complete: copied.left === 0 })
      }
      deps.measure('twinstream.copied', copied.copiedBytes, { route: input.unit.route })
      const facts: Facts = {
        millisecondsCopying: earlier + Math.round(copied.milliseconds),
        // Without what is only staged: the next slice finds that again.
        ...progress({ blobs: copied.copied, bytes: copied.copiedBytes }),
      }
      // The source is another one by now, or more was asked for and something may have to be withdrawn first.
      if (copied.changed > 0 || (asked.moved && copied.left > 0))
        return { step: { to: 'close', outcome: sourceChanged }, facts }
      return { step: copied.left > 0 ? { to: 'repeat' } : { to: 'next', result: true }, facts }
    }),

  publishTwin: (input: Pass & Waited & Places & Seen, tools: Tools): Promise<Step<true>> =>
    guarded(deps, tools, input, async (pair, { facts: before, permissions, record }) => {
      const policies = { stuck: false }
      const { withdrawn, deletes } = await rulesNow(deps, pair)
      const { outcome, facts } = await publishTwin(pair, input.unit.name, input, input, {
        withdrawn,
        deletes,
        before,
        permissions,
        pending: async units => {
          const { names, stuck } = await pendingUnits(deps, units)
          if (names.length === 0) return undefined
          policies.stuck ||= stuck
          return { outcome: 'waiting', code: 'PolicyPending', detail: names.join(', ') }
        },
        doubt: units => requestUnits(deps, tools.starter, units, 'all'),
        holders: async id => {
          const seen = await deps.ledger.locatorsWithId(input.unit.route, id)
          const found = seen.map(({ locator, asset }) => ({ locator, asset: { ...input.unit, name: asset } }))
          const rows = await Promise.all(found.map(({ asset }) => deps.ledger.read(asset)))
          return found.filter(({ locator }, at) => rows[at]?.facts.locators?.includes(locator.toLowerCase()))
        },
        made: record,
        trouble: error => {
          if (error instanceof Lost) throw error
          return troubleOf(deps, tools, pair, input.unit, error)
        },
      })
      return { step: afterPublishing(pair, outcome, input.waited, policies.stuck), facts }
    }),

  closeRun: (input: Pass & { readonly outcome: Outcome }, tools: Tools): Promise<Closed> =>
    closeAndAdmit(deps, tools, input, input.outcome, true),
})

const rulesNow = async (deps: ActivityDeps, pair: Pair) =>
  rulesOf(deps.ledger, pair, await deps.ledger.routeState(pair.route.key))

const sourceChanged: Outcome = { outcome: 'waiting', code: 'SourceChanged' }

/** Policies usually settle while the files are copied; one that waits for a human would only hold the slot. */
const afterPublishing = (pair: Pair, outcome: Outcome, waited: number, stuck: boolean): Step<true> => {
  if (outcome.outcome === 'inSync') return { to: 'next', result: true }
  const pending = outcome.outcome === 'waiting' && outcome.code === 'PolicyPending'
  if (pending && !stuck && waited < pair.timing.policyWait) return { to: 'repeat', after: pair.timing.policyPoll }
  return afterTrouble(pair, outcome)
}
