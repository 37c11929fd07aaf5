import * as z from 'zod'
import { routeModes } from '../model.ts'
import { explanationFields, timeField } from './answers.ts'

const reason = z.object({ ...explanationFields, since: timeField.optional() })

/** A route with what concerns all its units at once. */
export const routeAnswer = z.object({
  route: z.string(),
  mode: z.enum(routeModes),
  hold: reason
    .extend({ account: z.string() })
    .optional()
    .describe('An account that does not answer: nothing is tried until it does.'),
  replaced: reason
    .extend({ account: z.string() })
    .optional()
    .describe('The source is another account than the twins were made from.'),
  failback: reason
    .extend({ comparison: z.string().optional().describe('Operation that tells what changed.') })
    .optional()
    .describe('What changed in the target while the source was away waits for a decision.'),
  deletes: reason.optional().describe('A wave of deletes waits for confirmation.'),
})
export type RouteAnswer = z.infer<typeof routeAnswer>
