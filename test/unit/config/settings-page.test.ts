import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { settingsPage } from '../../../scripts/settings-page.ts'

const read = (name: string) => readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8')

it('the settings page in the repository is the one that the catalogue makes', () => {
  expect(read('docs/settings/README.md')).toBe(settingsPage())
})

it('every property of the topology is described', () => {
  expect(settingsPage()).not.toMatch(/^\| `\w+` \| {2}\|/m)
})
