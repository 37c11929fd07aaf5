import * as z from 'zod'
import { codes, isCode } from '../codes.ts'
import { issuesOf } from '../config/issues.ts'
import { kinds } from '../model.ts'
import { Problem } from './problem.ts'

const outcomes = ['inSync', 'waiting', 'throttled', 'failed', 'blocked'] as const
const topRule = 'a whole number from 1 to 200'

const querySchema = z.strictObject({
  route: z.string().optional(),
  kind: z.enum(kinds, { error: `one of ${kinds.join(', ')}` }).optional(),
  name: z.string().optional(),
  outcome: z.enum(outcomes, { error: `one of ${outcomes.join(', ')}` }).optional(),
  code: z
    .string()
    .refine(isCode, { error: `one of ${Object.keys(codes).join(', ')}` })
    .optional(),
  cursor: z.string().optional(),
  top: z
    .string()
    .regex(/^([1-9]\d?|1\d\d|200)$/, { error: topRule })
    .transform(Number)
    .default(100),
})

export type UnitsQuery = z.infer<typeof querySchema>

/** Azure takes a function key from `code` too, and a key must neither be refused nor repeated: ours are words. */
const isWord = (text: string): boolean => /^[A-Za-z]{1,39}$/.test(text)

/** Reads the query of `GET /api/units`; throws a Problem that names every mistake. */
export const readUnitsQuery = (query: URLSearchParams): UnitsQuery => {
  const input = Object.fromEntries([...query].filter(([name, value]) => name !== 'code' || isWord(value)))
  const parsed = querySchema.safeParse(input)
  if (parsed.success) return parsed.data
  const names = Object.keys(querySchema.shape)
  throw new Problem('QueryInvalid', 'The query has mistakes.', { issues: issuesOf(parsed.error, input, () => names) })
}
