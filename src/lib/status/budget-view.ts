import type { BudgetView, Governor } from '../media/governor/governor.ts'
import type { Account } from '../model.ts'
import type { BudgetAnswer } from './budget-answer.ts'

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString()

const partView = ({ calls, until }: BudgetView['event']) => ({
  calls,
  ...(until === undefined ? {} : { until: iso(until) }),
})

/**
 * What is left of the rate limits of each account, as its answers last told: how many calls events and bulk work may
 * make now, and when to look again where there are none.
 */
export const budgetsView = (governor: Pick<Governor, 'view'>, accounts: readonly Account[]): Promise<BudgetAnswer[]> =>
  Promise.all(
    accounts.map(async account => ({
      account: account.key,
      buckets: (await governor.view(account)).map(({ at, event, bulk, ...bucket }) => ({
        ...bucket,
        at: iso(at),
        events: partView(event),
        bulk: partView(bulk),
      })),
    })),
  )
