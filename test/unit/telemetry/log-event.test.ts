import { expect, it } from 'vitest'
import { logEvent } from '../../../src/lib/telemetry/log-event.ts'

it('P6: one line of JSON with the attributes of the catalogue and no others', () => {
  const lines: unknown[][] = []
  const attributes = { function: 'jobFinished', code: 'NameInvalid', event: { claims: 'someone' } }
  logEvent((...args) => lines.push(args), 'eventIgnored', attributes)
  expect(lines).toEqual([['{"event":"eventIgnored","function":"jobFinished","code":"NameInvalid"}']])
})
