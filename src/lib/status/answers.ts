/** What answers have in common. Schemas of answers are open: a later release may say more. */
import * as z from 'zod'
import { codes } from '../codes.ts'

/** ISO 8601, UTC. */
export const timeField = z.iso.datetime()

export const countField = z.number().int().nonnegative()

export const codeField = z.enum(Object.keys(codes)).describe('Stable code; the runbook has a section for each.')

/** A code with what it means and what to do about it (P8). */
export const explanationFields = {
  code: codeField,
  cause: z.string().describe('What the code means.'),
  remedy: z.string().describe('What to do about it.'),
}

/** How far the copy of a unit, or of several, is. */
export const copyingAnswer = z.object({
  blobs: countField,
  ofBlobs: countField,
  bytes: countField,
  ofBytes: countField,
  bytesPerSecond: countField.optional(),
  eta: timeField.optional().describe('When all is copied if it goes on as it did.'),
})
