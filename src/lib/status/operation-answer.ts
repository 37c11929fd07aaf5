import * as z from 'zod'
import { kinds, outcomeNames } from '../model.ts'
import { estimateSchema } from '../sweep/estimate.ts'
import { sweepKinds } from '../sweep/operation.ts'
import { copyingAnswer, countField, explanationFields, timeField } from './answers.ts'

const optionalExplanation = {
  code: z.string().optional(),
  cause: explanationFields.cause.optional(),
  remedy: explanationFields.remedy.optional(),
}

const namedUnitAnswer = z.object({
  kind: z.enum(kinds),
  name: z.string(),
  settled: z
    .boolean()
    .describe(
      'A pass that began after the request has ended it, in sync or in need of a human. That is kept as the answer, whatever becomes of the unit later.',
    ),
  state: z.enum(['idle', 'running']).optional(),
  outcome: z.enum(outcomeNames).optional(),
  copying: copyingAnswer.optional(),
  ...optionalExplanation,
  detail: z.string().optional(),
})
export type NamedUnitAnswer = z.infer<typeof namedUnitAnswer>

/** How far a resync or a sweep is. */
export const operationAnswer = z.object({
  id: z.string(),
  kind: z.enum(['resync', ...sweepKinds]),
  route: z.string(),
  scope: z.enum(['all', 'named']),
  dryRun: z.boolean(),
  status: z.enum(['running', 'succeeded', 'canceled', 'failed']),
  ...optionalExplanation,
  waiting: z
    .object({ ...optionalExplanation, until: timeField.optional() })
    .optional()
    .describe('Set while an account does not answer.'),
  counts: z.object({
    seen: countField,
    equal: countField,
    requested: countField,
    failed: countField,
    settled: countField.optional(),
  }),
  total: countField.optional().describe('Units to come to, where that is known.'),
  estimate: estimateSchema
    .extend({ seconds: z.number().nonnegative() })
    .optional()
    .describe('What it takes to make equal what differs.'),
  startedAt: timeField.optional(),
  updatedAt: timeField.optional(),
  finishedAt: timeField.optional(),
  eta: timeField.optional(),
  report: z.string().describe('Address of its report.'),
  stopping: z.boolean().optional().describe('It ends at the next page.'),
  copying: copyingAnswer.optional().describe('All units that are being copied.'),
  units: z.array(namedUnitAnswer).optional().describe('The units of a request by name.'),
})
export type OperationAnswer = z.infer<typeof operationAnswer>

/** One line of a report. */
export const reportLineAnswer = z.object({
  kind: z.enum(kinds),
  name: z.string(),
  requested: z.literal(true).optional().describe('Asked for by name, without a comparison.'),
  equal: z.boolean().optional().describe('Nothing would be written.'),
  blobs: countField.optional(),
  bytes: countField.optional(),
  outcome: z.enum(outcomeNames).optional(),
  ...optionalExplanation,
  detail: z.string().optional(),
  changes: z.array(z.string()).optional().describe('What would change and why.'),
  moreChanges: countField.optional().describe('Changes that did not fit the line.'),
})
