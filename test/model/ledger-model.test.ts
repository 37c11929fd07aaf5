import { describe, expect, it } from 'vitest'
import { type Exploration, explore } from './explore.ts'
import { ledgerModel } from './ledger-model.ts'
import { mutants, type Protocol, protocol } from './protocol.ts'
import { type Bounds, type Fault, faultKinds } from './state.ts'

const most = 4_000_000
const limit = 300_000

/** What was explored, for whoever reads the output of the run. */
const report = (line: string) => process.stdout.write(`ledger model: ${line}\n`)

const checked = (bounds: Omit<Bounds, 'faults'>) => {
  const start = performance.now()
  const { states, transitions, violation } = explore(ledgerModel(protocol, { ...bounds, faults: faultKinds }), most)
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  report(`${JSON.stringify(bounds)}: ${states} states, ${transitions} steps, ${seconds} s`)
  expect(violation).toBeUndefined()
  expect(states).toBeGreaterThan(10_000)
}

const title =
  'P3: of $kind units, no wake-up is lost and both sides end equal: $changes changes, $dispatchers dispatchers, $mostFaults faults of any kind'

describe('every interleaving of the ledger protocol', () => {
  it.each<Omit<Bounds, 'faults'>>([
    { kind: 'asset', changes: 2, dispatchers: 2, rivals: 1, mostFaults: 1 },
    { kind: 'policy', changes: 2, dispatchers: 2, rivals: 1, mostFaults: 1 },
    { kind: 'asset', changes: 1, dispatchers: 1, rivals: 0, mostFaults: 2 },
  ])(title, checked, limit)

  describe.runIf(process.env.TWINSTREAM_LONG)('the same with more at once (minutes; set TWINSTREAM_LONG)', () => {
    it.each<Omit<Bounds, 'faults'>>([
      { kind: 'asset', changes: 2, dispatchers: 1, rivals: 0, mostFaults: 2 },
      { kind: 'policy', changes: 2, dispatchers: 1, rivals: 0, mostFaults: 2 },
    ])(title, checked, limit)
  })
})

/** From narrow to wide, so that what is found is small. */
const widening: readonly Pick<Bounds, 'mostFaults' | 'faults'>[] = [
  { mostFaults: 0, faults: [] },
  { mostFaults: 1, faults: faultKinds },
  ...(['trouble', 'crash'] satisfies Fault[]).map(fault => ({ mostFaults: 2, faults: ['double', fault] as const })),
]

const counterexample = (mutant: Protocol): (Exploration & { readonly bounds: Bounds }) | undefined => {
  for (const { mostFaults, faults } of widening) {
    for (const kind of ['policy', 'asset'] as const) {
      const bounds: Bounds = { kind, changes: 2, dispatchers: 1, rivals: 0, mostFaults, faults }
      const explored = explore(ledgerModel(mutant, bounds), most)
      if (explored.violation !== undefined) return { ...explored, bounds }
    }
  }
  return undefined
}

describe('leaving out one rule is caught', () => {
  it.each(Object.keys(mutants))(
    'P3: %s',
    name => {
      const found = counterexample({ ...protocol, ...mutants[name] })
      const { kind, mostFaults } = found?.bounds ?? {}
      const steps = found?.violation?.trace.length
      report(`${name}: "${found?.violation?.property}" broken in ${steps} steps, ${mostFaults} faults, ${kind} unit`)
      expect(found).toBeDefined()
    },
    limit,
  )
})
