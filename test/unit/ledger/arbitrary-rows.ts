import fc from 'fast-check'
import type { Facts } from '../../../src/lib/ledger/facts.ts'
import { unitHash } from '../../../src/lib/ledger/keys.ts'
import type { UnitRow } from '../../../src/lib/ledger/ledger.ts'
import { kinds, type Outcome } from '../../../src/lib/model.ts'

export const instant = fc.integer({ min: 1_000_000_000_000, max: 2_000_000_000_000 })

const optional = <K extends string, T>(key: K, value: fc.Arbitrary<T>) =>
  fc.option(value, { nil: undefined }).map(one => (one === undefined ? {} : { [key]: one }) as { [P in K]?: T })

const facts: fc.Arbitrary<Facts> = fc.record(
  {
    owner: fc.constantFrom('made', 'adopted', 'matched'),
    locators: fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 4 }),
    blobs: fc.nat(),
    keys: fc.constantFrom('verified', 'unverified'),
  },
  { requiredKeys: [] },
)

/** Rows of either state, with the columns that hang together as a ledger leaves them; the marker is left empty. */
export const rows: fc.Arbitrary<UnitRow> = fc
  .record({
    kind: fc.constantFrom(...kinds),
    name: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
    running: fc.boolean(),
    run: fc.integer({ min: 1, max: 50 }),
    begun: fc.boolean(),
    n: fc.nat(3),
    times: fc.record({ lease: instant, startedAt: instant }),
    observed: fc.nat(20),
    open: fc.nat(5),
    attempts: fc.nat(10),
    priority: fc.constantFrom(0, 1),
    reason: fc.constantFrom('jobFinished', 'resync', 'retry'),
    facts,
    permissions: fc.record({ adopt: fc.boolean() }, { requiredKeys: [] }),
    outcome: fc.constantFrom(
      {},
      { outcome: 'inSync' },
      { outcome: 'waiting', code: 'NotFinished' },
      { outcome: 'failed', code: 'CopyMismatch', detail: 'a.ts' },
      { outcome: 'blocked', code: 'StorageNotMapped' },
    ),
    some: fc
      .tuple(optional('requestedAt', instant), optional('inSyncAt', instant), optional('finishedAt', instant))
      .map(([a, b, c]) => ({ ...a, ...b, ...c })),
    dueAt: optional('dueAt', instant),
  })
  .map(({ running, begun, n, times, open, some, outcome, dueAt, ...rest }) => ({
    ...rest,
    ...some,
    ...outcome,
    ...(running ? times : { lease: 0, startedAt: times.startedAt, ...dueAt }),
    route: 'east>west',
    hash: unitHash({ route: 'east>west', kind: rest.kind, name: rest.name }),
    state: running ? 'running' : 'idle',
    runKey: 'k',
    pass: running && begun ? `k.${n}` : '',
    generation: running && begun ? rest.observed + Math.min(1, open) : 0,
    desired: rest.observed + open,
    pressing: rest.observed + open,
    marker: '',
    slot: running ? 's.0' : '',
  })) as fc.Arbitrary<UnitRow>

export const outcomes: fc.Arbitrary<Outcome> = fc.oneof(
  fc.constant({ outcome: 'inSync' } as const),
  fc.constantFrom(
    { outcome: 'waiting', code: 'NotFinished' } as const,
    { outcome: 'failed', code: 'CopyMismatch', detail: 'x' } as const,
    { outcome: 'blocked', code: 'TargetNotOurs' } as const,
  ),
  instant.map(until => ({ outcome: 'throttled', code: 'Throttled', until }) as const),
)
