import * as z from 'zod'
import { outcomeNames } from '../model.ts'
import { countField, explanationFields } from './answers.ts'
import { routeAnswer } from './route-answer.ts'

/** A route with what of it is not in sync. */
export const routeSummaryAnswer = routeAnswer.extend({
  from: z.string().describe('Account that is read.'),
  to: z.string().describe('Account that is written.'),
  lag: z
    .number()
    .nonnegative()
    .optional()
    .describe(
      'Seconds since the oldest request that no pass has answered by being in sync; absent where there is none. Units that are blocked, or wait for the end of a grace period, are left out.',
    ),
  units: z.object({
    running: countField,
    due: countField.describe('To be started as soon as there is room.'),
    waiting: countField.describe('To be tried again by themselves later.'),
    blocked: countField.describe('In need of a human, or of a change in the source.'),
    atLeast: z.boolean().describe('There are more than were counted; of each state 1000 are.'),
  }),
  standStills: z
    .array(z.object({ outcome: z.enum(outcomeNames), count: countField, ...explanationFields }))
    .describe('Why units stand still, the most frequent reason first.'),
})
export type RouteSummaryAnswer = z.infer<typeof routeSummaryAnswer>
