/**
 * Stands for `vitest` while mutants are tried: the tests of a file are collected, to be run once for each mutant in one
 * process. What is expected is still told by the real one.
 */
export { expect } from 'vitest'

export interface CollectedTest {
  readonly title: string
  readonly run: () => unknown
}

let tests: CollectedTest[] = []
let groups: readonly string[] = []

/** All that has been collected since the last call. */
export const takeTests = (): readonly CollectedTest[] => {
  const taken = tests
  tests = []
  return taken
}

type Body = (...args: never[]) => unknown

const each =
  (one: (title: string, body: Body) => void) =>
  (rows: readonly unknown[]) =>
  (title: string, body: Body): void => {
    // Rows are lists of arguments only where all of them are lists.
    const listed = rows.every(row => Array.isArray(row))
    for (const row of rows) {
      const args = (listed ? row : [row]) as never[]
      one(`${title} [${args.map(arg => String(arg)).join(', ')}]`, () => body(...args))
    }
  }

const collect = (title: string, body: Body): void => {
  tests.push({ title: [...groups, title].join(' > '), run: body as () => unknown })
}

const group = (title: string, body: Body): void => {
  const outer = groups
  groups = [...outer, title]
  ;(body as () => unknown)()
  groups = outer
}

const withEach = (one: typeof collect) => Object.assign(one.bind(undefined), { each: each(one) })

export const test = withEach(collect)
export const it = withEach(collect)
export const describe = withEach(group)
