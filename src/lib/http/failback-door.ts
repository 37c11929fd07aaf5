import type { HttpResponseInit } from '@azure/functions'
import type { RunStarter } from '../model.ts'
import { acceptFailback, type FailbackDeps } from '../sweep/failback.ts'
import { readBody } from './body.ts'
import { type AppState, type Door, door } from './door.ts'
import { failbackBody, failbackNames, mostUnits } from './failback-body.ts'
import { json, Problem } from './problem.ts'
import { findRoute } from './route.ts'

/** Names that an answer shows. */
const shownNames = 20

/** `POST /api/failback` {route, keep, units | all}: 202 with the units that were asked for. */
export const failbackDoor = (app: AppState<FailbackDeps>): Door<RunStarter> =>
  door('failback', app, async (ready: FailbackDeps, request, starter: RunStarter): Promise<HttpResponseInit> => {
    const asked = await readBody(request, failbackBody, failbackNames)
    findRoute(ready.routes, asked.route)
    const answer = await acceptFailback(ready, starter, asked)
    if ('refused' in answer) {
      const detail =
        answer.refused === 'RouteMissing'
          ? `Keeping the target needs the route ${answer.names.join()}, which makes the source its twin.`
          : `${answer.names.length} of the named units are no twins of this route.`
      throw new Problem(answer.refused, detail, { names: answer.names.slice(0, shownNames) })
    }
    const units = answer.units.map(({ kind, name }) => ({ kind, name }))
    return json(202, { route: asked.route, keep: asked.keep, count: units.length, units: units.slice(0, mostUnits) })
  })
