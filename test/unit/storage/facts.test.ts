/** The list of what storage does with our requests, held against the tests and the code that it speaks of. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const folder = import.meta.dirname
const list = readFileSync(join(folder, 'README.md'), 'utf8')
const kinds = (text: string) => new Set(text.match(/\bcomp=[a-z]+/g))

const rows = list
  .split('\n')
  .filter(line => line.startsWith('| ') && !/^\| (-|what \||request \|)/.test(line))
  .map(line => ({ line, named: /\| (.+) \(`(.+\.test\.ts)`\) \|$/.exec(line) }))

test('every row names a test that is there', () => {
  expect(rows.length).toBeGreaterThan(30)
  for (const { line, named } of rows) {
    const [, shown = '', file = ''] = named ?? []
    const title = shown.slice(shown.lastIndexOf('| ') + 1).trim()
    expect(title === '' ? '' : readFileSync(join(folder, file), 'utf8'), line).toContain(title || line)
  }
})

test('every kind of request that the code sends has a row, and no other', () => {
  const code = globSync(join(folder, '../../../src/lib/storage/*.ts')).map(file => readFileSync(file, 'utf8'))
  expect(kinds(list)).toEqual(kinds(code.join('\n')))
})
