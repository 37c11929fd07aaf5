import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { telemetryPage } from '../../../scripts/telemetry-page.ts'

it('the telemetry page in the repository is the one that the catalogue makes', () => {
  expect(readFileSync(new URL('../../../docs/telemetry/README.md', import.meta.url), 'utf8')).toBe(telemetryPage())
})
