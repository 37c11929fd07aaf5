import type { HttpResponseInit } from '@azure/functions'
import type { Issue } from '../config/issues.ts'
import { type ProblemCode, problemKinds } from './problem-codes.ts'

export interface ProblemMore {
  /** Every mistake found, for 400. */
  readonly issues?: readonly Issue[]
  /** Names that are to blame. */
  readonly names?: readonly string[]
  /** Seconds. */
  readonly retryAfter?: number
}

/** Answers must not be kept by anything on the way: they show the state of a moment, to the holder of a key. */
export const noStore = { 'cache-control': 'no-store' } as const

export const json = (status: number, body: unknown, headers: Record<string, string> = {}): HttpResponseInit => ({
  status,
  headers: { ...noStore, 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
})

/**
 * A refusal that a door throws and answers.
 * `detail` is shown to the caller: no stacks, file paths, keys or settings.
 */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly code: ProblemCode
  readonly more: ProblemMore

  constructor(code: ProblemCode, detail: string, more: ProblemMore = {}) {
    super(detail)
    this.code = code
    this.more = more
  }

  get status(): number {
    return problemKinds[this.code].status
  }

  /** The problem document of RFC 9457. */
  response(): HttpResponseInit {
    const { status, title, remedy } = problemKinds[this.code]
    const { retryAfter, ...more } = this.more
    return {
      status,
      headers: {
        ...noStore,
        'content-type': 'application/problem+json',
        ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
      },
      body: JSON.stringify({
        type: `urn:twinstream:problem:${this.code}`,
        title,
        status,
        detail: this.message,
        code: this.code,
        remedy,
        ...more,
      }),
    }
  }
}
