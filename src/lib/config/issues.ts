import type * as z from 'zod'
import { looksSecret, shown } from './masking.ts'
import { nearest } from './nearest.ts'

/** One mistake in a document that somebody wrote: where, what was found, what is allowed instead. */
export interface Issue {
  /** Name of a setting, or a path in a document, e.g. `TWINSTREAM_TOPOLOGY.routes[0].from`. */
  readonly path: string
  /** Masked when it could be a secret. */
  readonly found: string
  readonly allowed: string
}

const safeName = (name: string): string => (looksSecret(name) ? '(name not shown)' : name)

/** Path as one would write it in JavaScript, without a leading dot. */
export const pathText = (path: readonly PropertyKey[], root = ''): string =>
  path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`
    return text === '' ? safeName(String(step)) : `${text}.${safeName(String(step))}`
  }, root)

const at = (input: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, step) =>
      value !== null && typeof value === 'object' ? (value as Record<PropertyKey, unknown>)[step] : undefined,
    input,
  )

const unknownName = (name: string, allowed: readonly string[]): string => {
  if (allowed.length === 0) return 'none'
  const likely = nearest(name, allowed)
  return likely === undefined ? `one of ${allowed.join(', ')}` : `${likely} (did you mean that?)`
}

/**
 * Every mistake that a schema found. The schemas' messages say what is allowed.
 * @param allowedNames property names of the strict object at a path.
 */
export const issuesOf = (
  error: z.ZodError,
  input: unknown,
  allowedNames: (path: readonly PropertyKey[]) => readonly string[],
  root = '',
): Issue[] =>
  error.issues.flatMap(issue => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map(name => ({
        path: pathText([...issue.path, name], root),
        found: 'a property of unknown name',
        allowed: unknownName(name, allowedNames(issue.path)),
      }))
    }
    return [{ path: pathText(issue.path, root), found: shown(at(input, issue.path)), allowed: issue.message }]
  })
