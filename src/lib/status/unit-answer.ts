import * as z from 'zod'
import { kinds, outcomeNames, reasons } from '../model.ts'
import { copyingAnswer, countField, explanationFields, timeField } from './answers.ts'

const factsAnswer = z.object({
  owner: z.enum(['made', 'adopted', 'matched', 'gone']).optional().describe('Whose the twin is.'),
  home: z.enum(['source', 'target']).optional().describe('`target` once an operator has kept its state.'),
  container: z.string().optional().describe('Container of the twin.'),
  blobs: countField.optional(),
  bytes: countField.optional(),
  extraBlobs: countField.optional().describe('Files of the twin that are not ours.'),
  taggedBlobs: countField.optional().describe('Files of the source whose index tags the route leaves.'),
  millisecondsCopying: z.number().nonnegative().optional(),
  locators: z.array(z.string()).optional().describe('Locators in the target that are ours, lower case.'),
  filters: z.array(z.string()).optional().describe('Filters in the target that are ours, lower case.'),
  withdrawn: z.array(z.string()).optional().describe('Locators that an operator has withdrawn.'),
  goneSince: timeField.optional().describe('When the asset was first missed in the source.'),
})

/** A unit in full. */
export const unitAnswer = z.object({
  route: z.string(),
  kind: z.enum(kinds),
  name: z.string(),
  state: z.enum(['idle', 'running']),
  outcome: z.enum(outcomeNames).optional().describe('How the last pass ended.'),
  code: explanationFields.code.optional(),
  cause: explanationFields.cause.optional(),
  remedy: explanationFields.remedy.optional(),
  detail: z.string().optional(),
  reason: z.enum(reasons).describe('Why it was last asked for.'),
  pending: z.boolean().describe('Whether something has asked for a look that no pass has covered yet.'),
  requestedAt: timeField.optional(),
  startedAt: timeField.optional(),
  inSyncAt: timeField.optional(),
  dueAt: timeField.optional(),
  attempts: countField,
  run: countField,
  desired: countField,
  observed: countField,
  copying: copyingAnswer.optional(),
  notes: z.array(z.object(explanationFields)).optional().describe('What the twin is without though it is in sync.'),
  facts: factsAnswer,
})
export type UnitAnswer = z.infer<typeof unitAnswer>
