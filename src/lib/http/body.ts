import type { HttpRequest } from '@azure/functions'
import type * as z from 'zod'
import { issuesOf } from '../config/issues.ts'
import { Problem } from './problem.ts'

/** Bytes. A thousand names of the longest kind fit well. */
export const largestBody = 1024 * 1024

const tooLarge = (): Problem => new Problem('BodyTooLarge', `The body may have ${largestBody} bytes.`)

/** The text of a body, refused by its announced length before it is read where that is given. */
const textOf = async (request: HttpRequest): Promise<string> => {
  if (Number(request.headers.get('content-length') ?? 0) > largestBody) throw tooLarge()
  const text = await request.text()
  if (Buffer.byteLength(text) > largestBody) throw tooLarge()
  return text
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    throw new Problem('BodyInvalid', 'The body is not JSON.')
  }
}

/**
 * Reads a JSON body by a strict schema; throws a Problem that names every mistake.
 * @param allowedNames property names at a path, for unknown ones.
 */
export const readBody = async <T>(
  request: HttpRequest,
  schema: z.ZodType<T>,
  allowedNames: (path: readonly PropertyKey[]) => readonly string[],
): Promise<T> => {
  const input = parse(await textOf(request))
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data
  throw new Problem('BodyInvalid', 'The body has mistakes.', { issues: issuesOf(parsed.error, input, allowedNames) })
}
