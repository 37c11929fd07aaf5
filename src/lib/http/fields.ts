/** What several bodies and queries have in common; every error says what is allowed there. */
import * as z from 'zod'
import { isResourceName } from '../events/names.ts'
import { kinds } from '../model.ts'

const nameRule = 'a name of 1 to 260 characters without slashes and control characters'

/** Name of an object of a media account. */
export const nameField = z
  .string({ error: nameRule })
  .refine(isResourceName, { error: nameRule })
  .meta({ minLength: 1, maxLength: 260, pattern: '^[^/\\\\\\p{Cc}]+$' })

/** Whether the topology has the route is for `findRoute` to say. */
export const routeField = z
  .string({ error: 'a route of the topology, written from>to' })
  .describe('A route of the topology, written from>to.')

export const unitField = z.strictObject(
  { kind: z.enum(kinds, { error: `one of ${kinds.join(', ')}` }), name: nameField },
  { error: 'a unit: {kind, name}' },
)
