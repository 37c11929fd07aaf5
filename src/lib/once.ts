/** Does something the first time it is asked for, and gives everybody its answer. A failure is not kept: the next may succeed. */
export const once = <T>(work: () => Promise<T>): (() => Promise<T>) => {
  let answer: Promise<T> | undefined
  return () => {
    if (answer !== undefined) return answer
    const mine = work()
    answer = mine
    mine.catch(() => {
      if (answer === mine) answer = undefined
    })
    return mine
  }
}
