import type { HttpResponseInit } from '@azure/functions'
import { operationSummary } from '../status/operation-view.ts'
import { type AcceptDeps, type Accepted, acceptResync, type ResyncStarter } from '../sweep/accept-resync.ts'
import { logEvent } from '../telemetry/log-event.ts'
import { readBody } from './body.ts'
import { type AppState, type Door, door } from './door.ts'
import { json, Problem } from './problem.ts'
import { resyncBody, resyncNames } from './resync-body.ts'

export interface ResyncDoorApp {
  readonly sweep: AcceptDeps
}

/** Names that a problem document shows. */
const shownNames = 20

const problemOf = ({ refused, names }: Extract<Accepted, { refused: unknown }>, app: ResyncDoorApp): Problem => {
  if (refused === 'RouteUnknown') {
    return new Problem(refused, `The routes are: ${[...app.sweep.routes.keys()].join(', ')}.`)
  }
  return new Problem(refused, `${names.length} of the named units cannot be resynced.`, {
    names: names.slice(0, shownNames),
  })
}

/**
 * `POST /api/resync`: 202 with the operation and its address, or a problem and nothing started.
 * @param newId ids of operations, which nobody can guess.
 */
export const resyncDoor = (app: AppState<ResyncDoorApp>, newId: () => string): Door<ResyncStarter> =>
  door(
    'resync',
    app,
    async (ready: ResyncDoorApp, request, starter: ResyncStarter, context): Promise<HttpResponseInit> => {
      const body = await readBody(request, resyncBody, resyncNames)
      const accepted = await acceptResync(ready.sweep, starter, body, newId())
      if ('refused' in accepted) throw problemOf(accepted, ready)
      const { operation } = accepted
      logEvent(context.log.bind(context), 'resyncAccepted', {
        operation: operation.id,
        route: operation.route,
        scope: operation.scope,
        units: operation.scope === 'named' ? operation.total : undefined,
        dryRun: operation.dryRun,
      })
      const location = `/api/operations/${operation.id}`
      return json(202, operationSummary(operation, ready.sweep.clock()), { location })
    },
  )
