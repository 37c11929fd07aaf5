import { codes } from '../codes.ts'
import type { RouteState } from '../ledger/ledger.ts'
import type { Route } from '../model.ts'
import { isoTime } from './unit-view.ts'

/** A route as people see it: its mode, and what concerns all its units at once. */
export const routeView = (route: Route, { hold }: RouteState): object => ({
  route: route.key,
  mode: route.mode,
  hold:
    hold === undefined
      ? undefined
      : {
          code: 'OnHold',
          ...codes.OnHold,
          account: hold.side === 'source' ? route.from : route.to,
          since: isoTime(hold.since),
        },
})
