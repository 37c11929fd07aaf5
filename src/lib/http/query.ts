import * as z from 'zod'
import { issuesOf } from '../config/issues.ts'
import { Problem } from './problem.ts'

/** Of doors that take none: what somebody hopes for, e.g. `route`, is refused and not overlooked. */
export const noQuery = z.strictObject({})

/** Reads a query by a strict schema; throws a Problem that names every mistake. */
export const readQuery = <S extends z.ZodObject>(query: URLSearchParams, schema: S): z.infer<S> => {
  // Azure takes a function key from `code`, too, and a key must neither be refused nor repeated.
  const input = Object.fromEntries([...query].filter(([name]) => name !== 'code'))
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data
  const names = Object.keys(schema.shape)
  throw new Problem('QueryInvalid', 'The query has mistakes.', { issues: issuesOf(parsed.error, input, () => names) })
}
