import type { Clock } from '../../model.ts'

/**
 * The same answer for everybody who asks within some time of its beginning, so that a page that is reloaded costs
 * nothing (P9). A failure is not kept.
 *
 * @param milliseconds so long is an answer good.
 */
export const keptFor = <T>(clock: Clock, milliseconds: number, work: () => Promise<T>): (() => Promise<T>) => {
  let last: { readonly began: number; readonly answer: Promise<T> } | undefined
  return () => {
    const now = clock()
    if (last !== undefined && now - last.began < milliseconds) return last.answer
    const mine = { began: now, answer: work() }
    last = mine
    mine.answer.catch(() => {
      if (last === mine) last = undefined
    })
    return mine.answer
  }
}
