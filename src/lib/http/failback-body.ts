import * as z from 'zod'
import { kinds } from '../model.ts'
import { countField } from '../status/answers.ts'
import { routeField, unitField } from './fields.ts'

/** Units that one request may name. */
export const mostUnits = 1000
const countRule = `a list of 1 to ${mostUnits} units`
const schema = z.strictObject(
  {
    route: routeField,
    keep: z.enum(['target', 'source'], { error: 'target or source' }).describe('Whose state stays.'),
    units: z
      .array(unitField, { error: countRule })
      .min(1, { error: countRule })
      .max(mostUnits, { error: countRule })
      .optional(),
    all: z.literal(true, { error: 'true' }).optional().describe('Every unit that waits for a decision.'),
  },
  { error: 'an object: {route, keep, units | all}' },
)
/** Body of `POST /api/failback`. */
export const failbackBody = schema
  .refine(({ units, all }) => (units === undefined) !== (all === undefined), {
    error: 'exactly one of units and all',
  })
  .meta({ oneOf: [{ required: ['units'] }, { required: ['all'] }] })

/** Which fields are known at a place of the body. */
export const failbackNames = (path: readonly PropertyKey[]) =>
  path[0] === 'units' ? ['kind', 'name'] : Object.keys(schema.shape)

/** What was asked for. */
export const failbackAnswer = z.object({
  route: z.string(),
  keep: z.enum(['target', 'source']),
  count: countField,
  units: z.array(z.object({ kind: z.enum(kinds), name: z.string() })).describe('The first 1000 of them.'),
})
