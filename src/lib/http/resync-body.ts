import * as z from 'zod'
import { nameField, routeField, unitField } from './fields.ts'

/** Names that one request may list. */
export const mostNames = 1000

const flag = z.boolean({ error: 'true or false' }).optional()

const list = <T extends z.ZodType>(item: T, what: string) =>
  z
    .array(item, { error: `a list of 1 to ${mostNames} ${what}` })
    .min(1, { error: `at least one; leave it out to ask for none` })
    .max(mostNames, { error: `${mostNames} at most; ask for all, or several times` })
    .optional()

/** Body of `POST /api/resync`. */
const resyncSchema = z.strictObject(
  {
    route: routeField,
    assets: list(nameField, 'asset names'),
    units: list(unitField, 'units'),
    all: z.literal(true, { error: 'true' }).optional().describe('Everything that the route includes.'),
    dryRun: flag.describe('Compare and report only.'),
    adopt: flag.describe('Take over objects of the target that were not made by this app.'),
    replaceInUse: flag.describe(
      "Replace streaming policies that locators of the target use; the app's own are taken off and made again.",
    ),
    confirmDeletes: flag.describe(
      "Lift the route's limit of deletes for a day, and follow a source account that was replaced.",
    ),
  },
  { error: 'an object: {route, assets | units | all, …}' },
)

const scopes = ['assets', 'units', 'all'] as const

/** The body with the rule that no single field can tell: exactly one of assets, units and all. */
export const resyncBody = resyncSchema
  .refine(body => scopes.filter(scope => body[scope] !== undefined).length === 1, {
    error: 'exactly one of assets, units and all',
  })
  .meta({ oneOf: scopes.map(scope => ({ required: [scope] })) })

/** Which fields are known at a place of the body, for the problem that names one that is not. */
export const resyncNames = (path: readonly PropertyKey[]): readonly string[] =>
  path[0] === 'units' ? ['kind', 'name'] : Object.keys(resyncSchema.shape)
