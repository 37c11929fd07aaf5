/** Histories that broke a promise, or were written to try it, each replayed from its own file. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { History } from './history.ts'
import { type Lab, startLab } from './lab.ts'
import { play } from './play.ts'

const folder = join(import.meta.dirname, 'found')
const files = readdirSync(folder).filter(name => name.endsWith('.json'))

let lab: Lab
beforeAll(async () => {
  lab = await startLab()
})
afterAll(() => lab.close())

// With the bound in which B has to become A, the kills and their restarts, on a busy machine.
it.each(files)('P3: %s', { timeout: 300_000 }, async name => {
  const history = JSON.parse(readFileSync(join(folder, name), 'utf8')) as History
  const { failures } = await play(await lab.begin(history), history)
  if (failures.length > 0) lab.spoil()
  expect(failures).toEqual([])
})
