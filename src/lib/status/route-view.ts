import { type Code, codes } from '../codes.ts'
import type { RouteState } from '../ledger/states.ts'
import type { Route } from '../model.ts'
import type { RouteAnswer } from './route-answer.ts'
import { isoTime } from './unit-view.ts'

const explained = (code: Code, since: number) => ({ code, ...codes[code], since: isoTime(since) })

/** A route as people see it: its mode, and what concerns all its units at once. */
export const routeView = (route: Route, { hold, replaced, returned, deletes }: RouteState): RouteAnswer => ({
  route: route.key,
  mode: route.mode,
  hold:
    hold === undefined
      ? undefined
      : { ...explained('OnHold', hold.since), account: hold.side === 'source' ? route.from : route.to },
  replaced: replaced === undefined ? undefined : { ...explained('SourceReplaced', replaced.at), account: route.from },
  failback:
    returned === undefined || returned.settled
      ? undefined
      : { ...explained('FailbackPending', returned.since), comparison: returned.operation },
  deletes: deletes?.wave === undefined ? undefined : explained('DeleteWave', deletes.wave),
})
