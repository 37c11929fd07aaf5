/** Histories from seeds: the same seed gives the same history. */
import fc from 'fast-check'
import { once, trouble } from './generate-trouble.ts'
import type { Forgery, History, OperatorStep, Protection, PublisherStep, Step, StrangerStep } from './history.ts'

/** Few names, so that steps meet: an asset that another locator plays, a locator that moves to another asset. */
const asset = fc.constantFrom('film', 'film', 'film', 'news')
const locator = fc.constantFrom('l1', 'l1', 'l2')
/** Mostly: what nobody tells is met by the sweeps, later. */
const told = fc.constantFrom(true, true, false)
const protection = fc.constantFrom('clear', 'aes', 'token')

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
  { weight: 1, arbitrary: fc.record({ do: once('streamingPolicy'), exists: fc.boolean() }) },
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

/** On twins; a title that plays is looked at more. */
const stranger: fc.Arbitrary<StrangerStep> = fc.record({
  do: once('leave'),
  what: fc.constantFrom('file', 'file', 'filter', 'locator'),
  asset,
})

/** Only before the app has made anything: what it is just about to make cannot be told from what it has made. */
const takenName: fc.Arbitrary<StrangerStep> = fc.record({
  do: once('takeName'),
  what: fc.constantFrom('asset', 'locator', 'keyPolicy', 'accountFilter'),
})

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
  { weight: 15, arbitrary: stranger },
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
    assetContainerChange: once('ignore'),
    createContainer: once('onFirstUse'),
    checkLocatorFilters: once(false),
    unknownReference: once(404),
    locatorEnd: once('accept'),
    locatorKeys: once('completed'),
    nullInPatch: once('ignored'),
    nullSecrets: once('store'),
    listOrder: once('created'),
    cmafPaths: once(true),
    containerClash: once('duplicateKey'),
    accountWrites: once('longRunning'),
    acceptUnknownTypes: once(true),
    armEvents: once(true),
    // Calls of an hour run dry in steps of their own. A service that told of few and then of none would be believed.
    retryAfterWhenThrottled: once(false),
    // Jobs that end in error, for one of the assets.
    failJobs: fc.constantFrom(['film-'], ['news-']),
  },
  { requiredKeys: [] },
)

/** Of a route that deletes titles: one goes with what it needed, and may come back before its twin has gone, or after. */
const farewell: fc.Arbitrary<readonly Step[]> = fc
  .tuple(asset, told, fc.constantFrom(0, 1000, 2500, 4000), fc.boolean())
  .map(([name, isTold, most, again]) => [
    ...(['l1', 'l2'] as const).map(named => ({ do: 'unpublish', locator: named, told: isTold }) as const),
    { do: 'delete', asset: name },
    ...(['streamingPolicy', 'keyPolicy', 'accountFilter'] as const).map(kind => ({ do: kind, exists: false }) as const),
    { do: 'resync', all: false, dryRun: false },
    { do: 'rest', most },
    ...(again ? title([name, 'upload', true, 'l1', 'clear', true]) : []),
  ])

const history = fc.record({
  switches: fc.option(switches, { nil: {}, freq: 5 }),
  // What needs it stays away then, so that fewer promises are tried.
  taken: fc.oneof({ weight: 3, arbitrary: once([]) }, { weight: 1, arbitrary: takenName.map(step => [step]) }),
  before: fc.array(trouble, { minLength: 1, maxLength: 3, size: 'max' }),
  // Something to be replicated, so that the trouble has something to strike.
  first: fc.tuple(asset, fc.constantFrom('encode', 'upload'), told, locator, protection, told),
  acts: fc.array(act, { minLength: 1, maxLength: 2, size: 'max' }),
  farewell: fc.oneof({ weight: 3, arbitrary: once(undefined) }, { weight: 1, arbitrary: farewell }),
})

/** @param seed a whole number of 32 bits. */
export const generateHistory = (seed: number): History => {
  const [found] = fc.sample(history, { seed, numRuns: 1 })
  if (found === undefined) throw new Error('fast-check gave no history.')
  const [first = [], ...others] = found.acts
  return {
    seed,
    switches: found.switches,
    ...(found.farewell === undefined ? {} : { deletes: 'assets' }),
    steps: [
      ...found.taken,
      ...found.before,
      ...title(found.first),
      { do: 'rest', most: 1500 },
      ...first,
      ...(found.farewell ?? []),
      ...others.flat(),
    ],
  }
}
