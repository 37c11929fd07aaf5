import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { checks } from '../../../local/prove/checks.ts'

const page = readFileSync(new URL('../../../docs/unproven.md', import.meta.url), 'utf8')

it('every row of the page of what is unproven has a check, or a reason why no program can run it, and none is left over', () => {
  const rows = [...page.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, id]) => id)
  expect(rows).toEqual(checks.map(({ id }) => id))
  expect(new Set(rows).size).toBe(rows.length)
  for (const { id, run, byHand } of checks) expect((run === undefined) !== (byHand === undefined), id).toBe(true)
  // Every line of the table is one of them.
  expect(page.match(/^\| (?!row|---)/gm)).toHaveLength(rows.length)
})
