import * as z from 'zod'
import { routeModes } from '../model.ts'
import { sweepKinds } from '../sweep/operation.ts'
import { timeField } from './answers.ts'
import { operationAnswer } from './operation-answer.ts'

const sweepAnswer = z.object({
  sweep: z.enum(sweepKinds),
  every: z.number().positive().describe('Seconds from one to the next.'),
  lastEnd: z
    .object({
      startedAt: timeField.optional(),
      finishedAt: timeField.optional(),
      status: z.string(),
      code: z.string().optional(),
    })
    .optional(),
  lastSuccessAt: timeField.optional(),
  dueAt: timeField.optional(),
  operation: operationAnswer.optional().describe('The one at hand, or the last.'),
})
export type SweepAnswer = z.infer<typeof sweepAnswer>

/** When each sweep of a route last ran and is due; none of a route that is not swept. */
export const sweptRouteAnswer = z.object({
  route: z.string(),
  mode: z.enum(routeModes),
  sweeps: z.array(sweepAnswer),
})
export type SweptRouteAnswer = z.infer<typeof sweptRouteAnswer>
