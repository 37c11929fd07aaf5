/** What is known of a route's canary, and what its manifest tells probes to ask for. */
import type { RouteState } from '../../ledger/states.ts'
import type { Canary } from '../../model.ts'
import { isoTime } from '../unit-view.ts'
import type { RouteReadiness } from './answer.ts'
import type { PlayedTitle } from './play-title.ts'

export const canaryView = (
  { asset, probed, rebuilt }: Canary,
  { canary }: RouteState,
  played: PlayedTitle | undefined,
): RouteReadiness['canary'] => {
  const { since, begunAt, rebuiltAt, lag, code } = canary ?? {}
  const path = played?.answer.path
  return {
    asset,
    probed,
    rebuilt,
    ...(path === undefined ? {} : { manifestPath: path }),
    ...(played?.key === undefined ? {} : { keyPath: played.key.path }),
    since: isoTime(since),
    lastStartedAt: isoTime(begunAt),
    lastRebuiltAt: isoTime(rebuiltAt),
    ...(lag === undefined ? {} : { lagSeconds: lag / 1000 }),
    ...(code === undefined ? {} : { code }),
  }
}
