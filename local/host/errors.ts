/** The host cannot start, or cannot go on. The message is one line for people: what happened and what to do. */
export class HostError extends Error {
  override readonly name = 'HostError'
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** The `code` of a system error, such as EADDRINUSE. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
