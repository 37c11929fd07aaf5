/** Histories from seeds: the same seed gives the same history. */
import fc from 'fast-check'
import { type FaultKind, faultKinds, kindRules, type Plane } from '../../local/simulator/fault-kinds.ts'
import type { FaultRule } from '../../local/simulator/fault-rules.ts'
import type { Forgery, History, OperatorStep, Protection, PublisherStep, Step, TroubleStep } from './history.ts'
import { ledgerFaultKinds } from './ledger-relay.ts'

/** Few names, so that steps meet: an asset that another locator plays, a locator that moves to another asset. */
const asset = fc.constantFrom('film', 'film', 'film', 'news')
const locator = fc.constantFrom('l1', 'l1', 'l2')
/** Mostly: what nobody tells is met by the sweeps, later. */
const told = fc.constantFrom(true, true, false)
const region = fc.constantFrom('east', 'west')
const protection = fc.constantFrom('clear', 'aes', 'token')
const once = <const T>(value: T): fc.Arbitrary<T> => fc.constant(value)

const publisher: fc.Arbitrary<PublisherStep> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: once('encode'), asset }) },
  { weight: 5, arbitrary: fc.record({ do: once('upload'), asset, told }) },
  { weight: 3, arbitrary: fc.record({ do: once('edit'), asset, told }) },
  { weight: 1, arbitrary: fc.record({ do: once('drop'), asset }) },
  { weight: 1, arbitrary: fc.record({ do: once('describe'), asset }) },
  { weight: 2, arbitrary: fc.record({ do: once('assetFilter'), asset, exists: fc.boolean() }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: once('publish'),
      locator,
      asset,
      protection,
      filtered: fc.boolean(),
      told,
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: once('republish'), locator, told }) },
  { weight: 3, arbitrary: fc.record({ do: once('unpublish'), locator, told }) },
  { weight: 2, arbitrary: fc.record({ do: once('delete'), asset }) },
  { weight: 2, arbitrary: fc.record({ do: once('keyPolicy'), exists: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: once('accountFilter'), exists: fc.boolean() }) },
)

type Title = [
  asset: string,
  how: 'encode' | 'upload',
  told: boolean,
  locator: string,
  protection: Protection,
  told: boolean,
]

const forgery: fc.Arbitrary<Forgery> = fc.constantFrom(
  'unknownAsset',
  'otherAccount',
  'otherTopic',
  'livingLocatorDeleted',
  'notJson',
  'noEvent',
)

/** A title in A that plays. */
const title = ([name, how, isTold, published, protectedBy, publishTold]: Title): readonly Step[] => [
  how === 'encode' ? { do: 'encode', asset: name } : { do: 'upload', asset: name, told: isTold },
  { do: 'publish', locator: published, asset: name, protection: protectedBy, filtered: false, told: publishTold },
]

const operator: fc.Arbitrary<OperatorStep> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: once('resync'), all: fc.boolean(), dryRun: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: once('withdraw'), locator }) },
  { weight: 1, arbitrary: fc.record({ do: once('lift'), locator }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: once('sweep'),
      timer: fc.constantFrom('discover', 'sweepLocators', 'sweepFull', 'dispatch'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: once('forge'), forgery, locator }) },
)

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

const trouble: fc.Arbitrary<TroubleStep> = fc.oneof(
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
  { weight: 1, arbitrary: fc.record({ do: once('mend') }) },
  { weight: 1, arbitrary: fc.record({ do: once('wait'), milliseconds: fc.constantFrom(50, 200, 600) }) },
)

/** What makes the app look at an asset at once, so that trouble strikes while it is still there. */
const provocation: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: once('encode'), asset }) },
  { weight: 4, arbitrary: fc.record({ do: once('upload'), asset, told: once(true) }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: once('publish'), locator, asset, protection, filtered: fc.boolean(), told: once(true) }),
  },
  { weight: 3, arbitrary: fc.record({ do: once('republish'), locator, told: once(true) }) },
  { weight: 1, arbitrary: fc.record({ do: once('resync'), all: once(false), dryRun: once(false) }) },
)

const work: fc.Arbitrary<Step> = fc.oneof(
  { weight: 90, arbitrary: publisher },
  { weight: 25, arbitrary: operator },
  { weight: 1, arbitrary: fc.record({ do: once('wave'), filters: fc.constantFrom(12, 24) }) },
)

/** First what goes wrong, then what it may strike, then time for the app to meet it. */
const act: fc.Arbitrary<readonly Step[]> = fc
  .tuple(
    fc.array(trouble, { minLength: 2, maxLength: 5, size: 'max' }),
    provocation,
    fc.array(work, { maxLength: 3, size: 'max' }),
    fc.constantFrom(500, 1000, 2000),
  )
  .map(([wrong, provoked, done, most]) => [...wrong, provoked, ...done, { do: 'rest', most }])

/** Guesses that publishers meet as well stay at their defaults where another would only refuse their work. */
const switches = fc.record(
  {
    defaultedContainer: fc.constantFrom('omitted', 'shown'),
    uniqueIds: once('account'),
    assetDelete: fc.constantFrom('keepLocators', 'refuse'),
    policyInUse: once('delete'),
    deleteMissing: once(404),
    createContainer: once('onFirstUse'),
    checkLocatorFilters: once(false),
    unknownReference: once(404),
    locatorKeys: once('completed'),
    nullInPatch: once('ignored'),
    listOrder: once('created'),
    cmafPaths: once(true),
    armEvents: once(true),
    retryAfterWhenThrottled: once(false),
  },
  { requiredKeys: [] },
)

const history = fc.record({
  switches: fc.option(switches, { nil: {}, freq: 2 }),
  before: fc.array(trouble, { minLength: 1, maxLength: 3, size: 'max' }),
  // Something to be replicated, so that the trouble has something to strike.
  first: fc.tuple(asset, fc.constantFrom('encode', 'upload'), told, locator, protection, told),
  acts: fc.array(act, { minLength: 1, maxLength: 2, size: 'max' }),
})

/** @param seed a whole number of 32 bits. */
export const generateHistory = (seed: number): History => {
  const [found] = fc.sample(history, { seed, numRuns: 1 })
  if (found === undefined) throw new Error('fast-check gave no history.')
  return {
    seed,
    switches: found.switches,
    steps: [...found.before, ...title(found.first), { do: 'rest', most: 1500 }, ...found.acts.flat()],
  }
}
