import type * as z from 'zod'
import type { ProblemCode } from './problem-codes.ts'

/**
 * Who may call: anybody; holders of the key for reading or of the one for writing; holders of the one for writing.
 * Azure has keys of single functions and keys of the whole app, so that a key for reading is one that every function
 * that only reads was given (decision 23).
 */
export type Access = 'anonymous' | 'read' | 'write'

export interface EndpointAnswer {
  readonly description: string
  readonly schema: z.ZodType
  /** @default application/json */
  readonly contentType?: string
  readonly headers?: Readonly<Record<string, string>>
  /** The same for people, by content type, where it is asked for. */
  readonly others?: Readonly<Record<string, z.ZodType>>
}

/** One HTTP function as its callers know it. */
export interface Endpoint {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Below `/api/`, with parameters in braces. */
  readonly route: string
  readonly access: Access
  readonly summary: string
  readonly description?: string
  readonly query?: z.ZodObject
  readonly body?: z.ZodType
  /** By status. */
  readonly answers: Readonly<Record<number, EndpointAnswer>>
  /** Beside those of every door with a key. */
  readonly problems: readonly ProblemCode[]
}
