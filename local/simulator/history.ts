/**
 * What the service did otherwise earlier. Some changes came with an api-version and are seen by its callers only; others
 * came on a day, for callers of all versions. Recorded are 2018, spring 2019, July 2020, early 2021 and spring 2022; where
 * in between a change came is a guess.
 */
import { parseInstant } from './instants.ts'

interface Moment {
  readonly apiVersion: string
  /** Ticks on the clock of the simulator. */
  readonly now: bigint
}

type Version = Pick<Moment, 'apiVersion'>
type Change = (moment: Moment) => boolean

/** Previews sort before what they preview. */
const fromVersion =
  (first: string) =>
  ({ apiVersion }: Version): boolean =>
    apiVersion >= first

/** A version that is younger than the day has never been without the change. */
const fromDay = (day: string): Change => {
  const start = parseInstant(`${day}T00:00:00Z`) ?? 0n
  return ({ apiVersion, now }) => apiVersion >= day || now >= start
}

/** For an account that is there from the start. */
export const newestApiVersion = '2023-01-01'

export const history = {
  // Accounts
  /** Until then tags that were never set are shown as null. */
  accountsHideMissingTags: fromVersion('2018-03-30-preview'),
  /** Identity, storage authentication and encryption. */
  accountsShowProtection: fromVersion('2020-05-01'),
  accountsShowKeyDelivery: fromVersion('2021-05-01'),
  accountsShowNetworkAccess: fromVersion('2021-06-01'),
  /** And private endpoints; from the specification. */
  accountsShowState: fromVersion('2021-11-01'),
  /** Accounts show system data, and a PUT of one that exists is a 200; until then it is a 201. */
  accountsAreTracked: fromDay('2021-02-19'),

  // Everything below accounts
  resourcesShowSystemData: fromVersion('2021-06-01'),
  /** Until then they are left out. */
  secretsAreNull: fromDay('2019-09-01'),
  /** Until then they all count as writes. */
  actionsHaveBudgets: fromDay('2019-09-01'),
  policySecretsHaveBudget: fromDay('2020-10-01'),

  // Assets
  /** The answer to a PUT shows a container that was not asked for; until then it leaves it out. */
  defaultedContainersAreShown: fromDay('2022-12-01'),

  // Streaming policies and locators
  policiesCheckKeyPolicies: fromVersion('2020-05-01'),
  locatorsHaveFilters: fromVersion('2020-05-01'),

  // Streaming endpoints
  /** Of a new account; until then it starts by itself. */
  defaultEndpointIsStopped: fromVersion('2018-06-01-preview'),
  /** Of a new account; until then it is behind a content delivery network. */
  defaultEndpointIsPlain: fromVersion('2020-05-01'),
  endpointsNeedScaleUnits: fromVersion('2018-07-01'),
  /** Until then a new one is accepted (202). */
  endpointsAreCreated: fromVersion('2020-05-01'),
  /** Until then an update is done at once (200). */
  endpointsUpdateSlowly: fromVersion('2021-11-01'),
  endpointsShowSku: fromVersion('2021-11-01'),
  /** As their sku says; until then to 50 units. */
  endpointsScaleToTen: fromVersion('2022-08-01'),
  /** Until then `Location` leads to the operation itself, and polling shows it again. */
  operationsHaveLocations: fromVersion('2020-05-01'),
  operationsForgetDeleted: fromVersion('2020-05-01'),

  // Transforms and jobs
  videosShowSyncMode: fromDay('2020-01-01'),
  videosShowRateControl: fromVersion('2021-11-01'),
  analysesHaveModes: fromVersion('2020-05-01'),
  /** Until then a mode is also shown as the option that stood for it. */
  modesStandAlone: fromVersion('2021-05-01'),
  jobsHaveInputDefinitions: fromVersion('2020-05-01'),
  jobsAreScheduledAtOnce: fromVersion('2020-05-01'),
  jobsNameWhatIsNotFinal: fromVersion('2020-05-01'),
  /** Until then system data of a stored job know its times alone, and who it is that changes it. */
  jobsRememberCallers: fromDay('2022-07-01'),
} as const satisfies Readonly<Record<string, Change>>
