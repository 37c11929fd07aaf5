import { takeDeletes } from '../ledger/delete-limit.ts'
import type { Facts } from '../ledger/facts.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { RouteState } from '../ledger/states.ts'
import type { Outcome, RouteKey } from '../model.ts'
import type { Pair } from '../replicate/pair.ts'
import type { RouteRules } from '../replicate/rules.ts'
import { Stop } from '../replicate/trouble.ts'
import { lastSeen } from '../sweep/operation.ts'

/** Deletes of a day that nobody is asked about: a share of the route's units, as the last comparison saw them. */
const share = 0.05
const least = 20

const wave = (limit: number): Outcome => ({
  outcome: 'blocked',
  code: 'DeleteWave',
  detail: `The limit of ${limit} deletes a day is reached.`,
})

const undecided: Outcome = { outcome: 'waiting', code: 'FailbackPending' }

/** The account that a route is first written from is the one that it follows: another one brings no new titles either. */
export const follow = async (ledger: Ledger, route: RouteKey, { sourceAccount }: Facts): Promise<void> => {
  if (sourceAccount === undefined || (await ledger.routeState(route)).sourceAccount !== undefined) return
  await ledger.changeRoute(route, state => ({ sourceAccount, ...state }))
}

/** What holds for every unit of a route now, out of what the ledger knows of the route. */
export const rulesOf = (ledger: Ledger, pair: Pair, state: RouteState): RouteRules => {
  const { route, timing, clock } = pair
  return {
    withdrawn: locators => ledger.withdrawn(route.key, locators),
    ...(state.returned === undefined ? {} : { returnedAt: state.returned.at }),
    deletes: {
      ...(state.confirmedSource === undefined ? {} : { confirmedSource: state.confirmedSource }),
      ...(state.sourceAccount === undefined ? {} : { knownSource: state.sourceAccount }),
      async allow(identities, what) {
        const { returned } = await ledger.routeState(route.key)
        if (what === 'objects' && returned !== undefined && !returned.settled) throw new Stop(undecided)
        const seen = await lastSeen(ledger, route.key)
        const limit = route.deleteLimit ?? Math.max(least, Math.ceil((seen ?? 0) * share))
        let granted = false
        await ledger.changeRoute(route.key, before => {
          const taken = takeDeletes(before.deletes ?? {}, identities, limit, clock(), timing.deleteDay)
          granted = taken.granted
          return { ...before, deletes: taken.counts }
        })
        if (!granted) throw new Stop(wave(limit))
      },
    },
  }
}
