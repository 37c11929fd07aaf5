import * as z from 'zod'
import { problemKinds } from './problem-codes.ts'

/** A problem document (RFC 9457). */
export const problemAnswer = z.object({
  type: z.string().describe('`urn:twinstream:problem:{code}`'),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  code: z.enum(Object.keys(problemKinds)).describe('Stable.'),
  remedy: z.string().describe('What to do about it.'),
  issues: z
    .array(
      z.object({
        path: z.string().describe('Where, e.g. `units[0].kind`.'),
        found: z.string().describe('Masked when it could be a secret.'),
        allowed: z.string(),
      }),
    )
    .optional()
    .describe('Every mistake found.'),
  names: z.array(z.string()).optional().describe('Names that are to blame, the first of them.'),
})
