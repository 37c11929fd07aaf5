/** What goes wrong in a generated history. */
import fc from 'fast-check'
import { type FaultKind, faultKinds, kindRules, type Plane } from '../../local/simulator/fault-kinds.ts'
import type { FaultRule } from '../../local/simulator/fault-rules.ts'
import type { TroubleStep } from './history.ts'
import { ledgerFaultKinds } from './ledger-relay.ts'

export const once = <const T>(value: T): fc.Arbitrary<T> => fc.constant(value)
const region = fc.constantFrom('east', 'west')

type Place = 'east' | 'west'

/** What passes meet: they never ask what players ask. */
type PassPlane = Exclude<Plane, 'players'>
const isOfPasses = (plane: Plane): plane is PassPlane => plane !== 'players'

/** Calls that a pass consists of, by where they go; a fault without one strikes everything there. */
const operations = {
  east: {
    control: ['Assets_', 'StreamingLocators_', 'AssetFilters_'],
    storage: ['ListBlobs', 'GetBlob'],
    events: ['Deliver'],
  },
  west: {
    control: ['Assets_', 'StreamingLocators_', 'StreamingLocators_Create'],
    storage: ['ListBlobs', 'CopyBlobFromUrl'],
    events: [],
  },
} as const satisfies Readonly<Record<Place, Readonly<Record<PassPlane, readonly string[]>>>>

/** Nobody writes to A, and events are those of A. */
const regionOf = (kind: FaultKind, plane: Plane): fc.Arbitrary<Place> => {
  if (plane === 'events') return once('east')
  return kindRules[kind].strikes === 'write' ? once('west') : region
}

const parameters = {
  milliseconds: fc.integer({ min: 50, max: 1200 }),
  retryAfter: fc.constantFrom(0, 1),
  seconds: fc.integer({ min: 1, max: 4 }),
  contentLength: fc.constantFrom('part', 'whole'),
} as const

/** So much trouble that passes fail, and so little that some get on. */
const extent = fc.oneof(
  fc.record({ count: fc.constantFrom(1, 2, 4, 8) }),
  fc.record({ probability: fc.constantFrom(0.1, 0.2, 0.4), seed: fc.nat(1000) }),
)

/** Events are few beside other requests. */
const planeOf = (planes: readonly PassPlane[]): fc.Arbitrary<PassPlane> =>
  fc.oneof(...planes.map(plane => ({ weight: plane === 'events' ? 1 : 3, arbitrary: once(plane) })))

const ruleOf = (kind: FaultKind): fc.Arbitrary<FaultRule> => {
  const { planes, needs, takes, strikes } = kindRules[kind]
  const taken = needs ?? takes
  return planeOf(planes.filter(isOfPasses))
    .chain(plane => regionOf(kind, plane).map(account => ({ account, plane })))
    .chain(({ account, plane }) => {
      const names = strikes === 'event' ? [] : operations[account][plane]
      return fc
        .tuple(
          fc.oneof(
            { weight: 3, arbitrary: once(undefined) },
            { weight: 1, arbitrary: fc.constantFrom(undefined, ...names) },
          ),
          extent,
          taken === undefined ? once(undefined) : parameters[taken],
          fc.boolean(),
        )
        .map(([operation, much, value, given]) => ({
          account,
          plane,
          kind,
          ...(operation === undefined ? {} : { operation }),
          ...(taken === undefined || (needs === undefined && !given) ? {} : { [taken]: value }),
          ...much,
        }))
    })
}

export const trouble: fc.Arbitrary<TroubleStep> = fc.oneof(
  {
    weight: 14,
    arbitrary: fc
      .constantFrom(...faultKinds)
      .chain(ruleOf)
      .map(rule => ({ do: 'fault' as const, rule })),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(
        region,
        fc.constantFrom(undefined, undefined, 'control', 'storage', 'events'),
        fc.constantFrom(200, 700, 1500, 4500),
      )
      .map(([where, plane, milliseconds]) => ({
        do: 'outage' as const,
        region: where,
        ...(plane === undefined ? {} : { plane }),
        milliseconds,
      })),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: once('ledgerFault'),
      fault: fc.record({ kind: fc.constantFrom(...ledgerFaultKinds), count: fc.integer({ min: 1, max: 8 }) }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: once('kill'),
      after: fc.integer({ min: 0, max: 900 }),
      down: fc.constantFrom(0, 0, 300),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: once('drain'),
      left: fc.constantFrom(15, 40, 80),
      milliseconds: fc.constantFrom(300, 1000, 2500),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: once('double'),
      rule: fc.record({
        probability: fc.constantFrom(0.3, 0.6, 1),
        seed: fc.nat(1000),
        latest: fc.constantFrom(300, 1500, 4000),
      }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: once('mend') }) },
  { weight: 1, arbitrary: fc.record({ do: once('wait'), milliseconds: fc.constantFrom(50, 200, 600) }) },
)
