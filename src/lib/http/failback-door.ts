import type { HttpResponseInit } from '@azure/functions'
import * as z from 'zod'
import type { RunStarter } from '../model.ts'
import { acceptFailback, type FailbackDeps } from '../sweep/failback.ts'
import { readBody } from './body.ts'
import { type AppState, type Door, door } from './door.ts'
import { routeField, unitField } from './fields.ts'
import { json, Problem } from './problem.ts'
import { findRoute } from './route.ts'

const mostUnits = 1000
const countRule = `a list of 1 to ${mostUnits} units`
const schema = z.strictObject(
  {
    route: routeField,
    keep: z.enum(['target', 'source'], { error: 'target or source' }),
    units: z
      .array(unitField, { error: countRule })
      .min(1, { error: countRule })
      .max(mostUnits, { error: countRule })
      .optional(),
    all: z.literal(true, { error: 'true' }).optional(),
  },
  { error: 'an object: {route, keep, units | all}' },
)
const body = schema.refine(({ units, all }) => (units === undefined) !== (all === undefined), {
  error: 'exactly one of units and all',
})

const names = (path: readonly PropertyKey[]) => (path[0] === 'units' ? ['kind', 'name'] : Object.keys(schema.shape))

/** Names that an answer shows. */
const shownNames = 20

/** `POST /api/failback` {route, keep, units | all}: 202 with the units that were asked for. */
export const failbackDoor = (app: AppState<FailbackDeps>): Door<RunStarter> =>
  door('failback', app, async (ready: FailbackDeps, request, starter: RunStarter): Promise<HttpResponseInit> => {
    const asked = await readBody(request, body, names)
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
