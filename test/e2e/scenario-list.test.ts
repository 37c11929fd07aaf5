import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { tables } from './scenarios/tables.ts'

const folder = import.meta.dirname
const list = readFileSync(join(folder, 'scenarios', 'README.md'), 'utf8')

/** The second column of every table. */
const listed = list
  .split('\n')
  .map(line => /^\| .+ \| (.+) \|$/.exec(line)?.[1] ?? '')
  .filter(cell => cell !== '' && cell !== 'scenario' && !cell.startsWith('---'))
const elsewhere = listed.flatMap(cell => {
  const [, title, file] = /^(.+) \(`(.+\.test\.ts)`\)$/.exec(cell) ?? []
  return title === undefined || file === undefined ? [] : [{ title, file }]
})
const played = Object.values(tables).flatMap(({ groups }) =>
  Object.values<readonly { readonly name: string }[]>(groups).flatMap(scenarios => scenarios.map(({ name }) => name)),
)

describe('the list of what the scenarios show', () => {
  it('names every scenario, and none that is not there', () => {
    const named = listed.filter(cell => !cell.endsWith('.test.ts`)'))
    expect(new Set(named)).toEqual(new Set(played))
  })

  it.each(elsewhere)('$title: is a test of $file', ({ title, file }) => {
    expect(readFileSync(join(folder, file), 'utf8')).toContain(title)
  })

  it.each(Object.keys(tables))('%s has a file that plays it', table => {
    const file = join(folder, `scenarios-${table}.test.ts`)
    expect(existsSync(file) && readFileSync(file, 'utf8')).toContain(`playTable(tables.${table})`)
  })
})
