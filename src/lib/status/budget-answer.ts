import * as z from 'zod'
import { bucketNames } from '../media/governor/buckets.ts'
import { countField, timeField } from './answers.ts'

const partAnswer = z.object({
  calls: countField.describe('Calls that may be made now.'),
  until: timeField.optional().describe('When to look again, where there are none.'),
})

/** What is left of the rate limits of one account; a bucket that no answer has told of is not there. */
export const budgetAnswer = z.object({
  account: z.string(),
  buckets: z.array(
    z.object({
      bucket: z
        .enum(bucketNames)
        .describe('As the service counts; accounts of one subscription and identity share it.'),
      limit: countField.describe('Calls that it holds when it is full.'),
      left: countField.describe('As the service last said, at `at`.'),
      at: timeField,
      events: partAnswer,
      bulk: partAnswer,
    }),
  ),
})
export type BudgetAnswer = z.infer<typeof budgetAnswer>
