import type { HttpResponseInit } from '@azure/functions'
import * as z from 'zod'
import { isResourceName } from '../events/names.ts'
import { kinds } from '../model.ts'
import { acceptFailback, type FailbackDeps, type FailbackStarter } from '../sweep/failback.ts'
import { readBody } from './body.ts'
import { type AppState, type Door, door } from './door.ts'
import { json, Problem } from './problem.ts'
import { findRoute } from './route.ts'

const nameRule = 'a name of 1 to 260 characters without slashes and control characters'
const unit = z.strictObject(
  {
    kind: z.enum(kinds, { error: `one of ${kinds.join(', ')}` }),
    name: z.string({ error: nameRule }).refine(isResourceName, { error: nameRule }),
  },
  { error: 'a unit: {kind, name}' },
)
const mostUnits = 1000
const countRule = `a list of 1 to ${mostUnits} units`
const schema = z.strictObject(
  {
    route: z.string({ error: 'a route of the topology, written from>to' }),
    keep: z.enum(['target', 'source'], { error: 'target or source' }),
    units: z
      .array(unit, { error: countRule })
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
export const failbackDoor = (app: AppState<FailbackDeps>): Door<FailbackStarter> =>
  door('failback', app, async (ready: FailbackDeps, request, starter: FailbackStarter): Promise<HttpResponseInit> => {
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
