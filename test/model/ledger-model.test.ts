import { describe, expect, it } from 'vitest'
import { explore } from './explore.ts'
import { ledgerModel } from './ledger-model.ts'
import { mutants, protocol } from './protocol.ts'

const most = 1_500_000
const limit = 300_000

/** What was explored, for whoever reads the output of the run. */
const report = (line: string) => process.stdout.write(`ledger model: ${line}\n`)

const checked = (bounds: { changes: number; faults: number; dispatchers: number }) => {
  const start = performance.now()
  const { states, transitions, violation } = explore(ledgerModel(protocol, bounds), most)
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  report(`${JSON.stringify(bounds)}: ${states} states, ${transitions} steps, ${seconds} s`)
  expect(violation).toBeUndefined()
  expect(states).toBeGreaterThan(10_000)
}

describe('every interleaving of the ledger protocol', () => {
  it.each([
    { changes: 2, faults: 0, dispatchers: 2 },
    { changes: 1, faults: 1, dispatchers: 2 },
    { changes: 0, faults: 2, dispatchers: 2 },
  ])(
    'P3: no wake-up is lost and both sides end equal, with $changes more changes, $faults faults, $dispatchers dispatchers',
    checked,
    limit,
  )

  it.runIf(process.env.TWINSTREAM_LONG)(
    'P3: the same with two faults around a change (a minute; set TWINSTREAM_LONG)',
    () => checked({ changes: 1, faults: 2, dispatchers: 1 }),
    limit,
  )
})

describe('leaving out one rule is caught', () => {
  it.each(Object.keys(mutants))(
    'P3: %s',
    name => {
      const model = ledgerModel({ ...protocol, ...mutants[name] }, { changes: 1, faults: 1, dispatchers: 1 })
      const { states, violation } = explore(model, most)
      report(`${name}: ${violation?.property}, after ${states} states, in ${violation?.trace.length} steps`)
      expect(violation).toBeDefined()
    },
    limit,
  )
})
