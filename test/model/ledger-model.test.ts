import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stepsOf } from './actions.ts'
import { canonical } from './canonical.ts'
import { type Exploration, explore } from './explore.ts'
import { ledgerModel } from './ledger-model.ts'
import { mutants } from './mutants.ts'
import { protocol } from './protocol.ts'
import { type Bounds, faultKinds, initialState, type State } from './state.ts'
import { keyOf } from './state-text.ts'

type Wide = Omit<Bounds, 'faults'>

/** Of a model with many more states not everything would be seen. */
const most = 40_000_000
const limit = 300_000

/** What was explored, for whoever reads the output of the run. */
const report = (line: string) => process.stdout.write(`ledger model: ${line}\n`)

const checked = (bounds: Wide) => {
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
  it.each<Wide>([
    { kind: 'asset', changes: 2, dispatchers: 2, rivals: 1, mostFaults: 1 },
    { kind: 'policy', changes: 2, dispatchers: 2, rivals: 1, mostFaults: 1 },
    { kind: 'asset', changes: 1, dispatchers: 1, rivals: 0, mostFaults: 2 },
    { kind: 'policy', changes: 1, dispatchers: 1, rivals: 0, mostFaults: 2 },
  ])(title, checked, limit)

  describe.runIf(process.env.TWINSTREAM_LONG)('the same with more at once (minutes; set TWINSTREAM_LONG)', () => {
    it.each<Wide>([
      { kind: 'asset', changes: 3, dispatchers: 2, rivals: 0, mostFaults: 2 },
      { kind: 'policy', changes: 3, dispatchers: 2, rivals: 0, mostFaults: 2 },
    ])(title, checked, 20 * limit)
  })
})

describe('leaving out one rule is caught', () => {
  it.each(Object.entries(mutants))(
    'P3: %s',
    (name, { without, changes, faults, kind = 'policy', rivals = 0 }) => {
      const bounds: Bounds = { kind, changes, dispatchers: 1, rivals, faults, mostFaults: faults.length }
      const found: Exploration = explore(ledgerModel({ ...protocol, ...without }, bounds), most)
      const { property, trace } = found.violation ?? {}
      report(`${name}: "${property}" broken in ${trace?.length} steps${faults.map(fault => `, ${fault}`).join('')}`)
      expect(property).toBeDefined()
    },
    limit,
  )
})

/** The same for states that differ in nothing but the names of their random texts. */
const nameless = (state: State): string => {
  const text = keyOf(canonical(state))
  const times = (key: string) => text.split(key).length
  return text
    .replaceAll(/k\d+/g, key => `k${times(key)}`)
    .split('|')
    .map(list => list.split(',').toSorted((a, b) => (a < b ? -1 : 1)))
    .join('|')
}

/** What can happen next to a state, in the form in which states are told apart, but for what only uses up a fault. */
const offered = (state: State): ReadonlySet<string> => {
  const same = new Set([nameless(state), nameless({ ...state, faultsLeft: state.faultsLeft - 1 })])
  const steps = stepsOf(state, protocol).map(({ to, willing, broken }) => ({
    to: nameless(to),
    told: `${willing} ${broken}`,
  }))
  return new Set(steps.filter(({ to }) => !same.has(to)).map(({ to, told }) => `${told} ${to}`))
}

it(
  'takes two states for one only where the same can happen next',
  () => {
    const wide: Bounds = { kind: 'asset', changes: 3, dispatchers: 2, rivals: 1, faults: faultKinds, mostFaults: 4 }
    const way = fc.array(fc.nat(), { minLength: 30, maxLength: 120 })
    fc.assert(
      fc.property(fc.constantFrom('asset' as const, 'policy' as const), way, (kind, choices) => {
        let state = initialState({ ...wide, kind })
        for (const choice of choices) {
          expect(offered(canonical(state))).toEqual(offered(state))
          const steps = stepsOf(state, protocol)
          state = steps[choice % steps.length]?.to ?? state
        }
      }),
      { numRuns: 200 },
    )
  },
  limit,
)
