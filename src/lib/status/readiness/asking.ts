/** Questions to an account that may be slow, short of calls, or closed to us: what cannot be had becomes a trouble. */
import { isServiceError } from '../../service-error.ts'
import type { Troubles } from './verdict.ts'
import { within } from './within.ts'

/** Longest time for one question, in milliseconds. */
export const patience = 5_000

/**
 * @param right that the call needs, as a role of the deployment names it.
 * @returns undefined where there is no answer.
 */
export type Ask = <T>(right: string, work: () => Promise<T>) => Promise<T | undefined>

const troubleOf = (account: string, right: string, error: unknown): Troubles => {
  const names = [`${account}: ${right}`]
  if (isServiceError(error) && error.kind === 'unauthorized') return { code: 'NotAuthorized', weight: 'limits', names }
  return { code: 'AnswerIncomplete', weight: 'limits', names }
}

const merged = (troubles: readonly Troubles[]): readonly Troubles[] => {
  const byCode = Map.groupBy(troubles, ({ code }) => code)
  return [...byCode.values()].flatMap(([first, ...rest]) =>
    first === undefined
      ? []
      : [{ ...first, names: [...new Set([first, ...rest].flatMap(({ names }) => names ?? []))] }],
  )
}

export const asking = (account: string): { readonly ask: Ask; troubles(): readonly Troubles[] } => {
  const troubles: Troubles[] = []
  return {
    ask: (right, work) =>
      within(patience, work(), error => {
        troubles.push(troubleOf(account, right, error))
        return undefined
      }),
    troubles: () => merged(troubles),
  }
}
