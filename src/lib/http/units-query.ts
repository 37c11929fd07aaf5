import * as z from 'zod'
import { codes, isCode } from '../codes.ts'
import { issuesOf } from '../config/issues.ts'
import { kinds, outcomeNames } from '../model.ts'
import { routeField } from './fields.ts'
import { Problem } from './problem.ts'

const topRule = 'a whole number from 1 to 200'

/** What queries of lists share. */
export const pageFields = {
  cursor: z.string().optional().describe('`next` of the page before.'),
  top: z
    .string()
    .regex(/^([1-9]\d?|1\d\d|200)$/, { error: topRule })
    .transform(Number)
    .default(100)
    .describe('Items of a page at most.'),
}

/** Query of `GET /api/units`. */
export const unitsQuery = z.strictObject({
  route: routeField.optional(),
  kind: z.enum(kinds, { error: `one of ${kinds.join(', ')}` }).optional(),
  name: z.string().optional().describe('With route and kind: one unit, in full.'),
  outcome: z.enum(outcomeNames, { error: `one of ${outcomeNames.join(', ')}` }).optional(),
  code: z
    .string()
    .refine(isCode, { error: `one of ${Object.keys(codes).join(', ')}` })
    .meta({ enum: Object.keys(codes) })
    .optional(),
  ...pageFields,
})

export type UnitsQuery = z.infer<typeof unitsQuery>

/** Azure takes a function key from `code` too, and a key must neither be refused nor repeated: ours are words. */
const isWord = (text: string): boolean => /^[A-Za-z]{1,39}$/.test(text)

/** Reads the query of `GET /api/units`; throws a Problem that names every mistake. */
export const readUnitsQuery = (query: URLSearchParams): UnitsQuery => {
  const input = Object.fromEntries([...query].filter(([name, value]) => name !== 'code' || isWord(value)))
  const parsed = unitsQuery.safeParse(input)
  if (parsed.success) return parsed.data
  const names = Object.keys(unitsQuery.shape)
  throw new Problem('QueryInvalid', 'The query has mistakes.', { issues: issuesOf(parsed.error, input, () => names) })
}
