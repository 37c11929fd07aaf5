/**
 * What the service did otherwise earlier: by api-version, and for all versions before a day. Recorded are 2018-07-01
 * with its previews, and 2020-05-01; where in between a change came is a guess, and so is what is marked so.
 */
import { parseInstant } from './instants.ts'

type ByVersion = (apiVersion: string) => boolean

/** True from this version on; previews sort before what they preview. */
const since =
  (first: string): ByVersion =>
  apiVersion =>
    apiVersion >= first

/** For an account that is there from the start. */
export const newestApiVersion = '2023-01-01'

export const byVersion = {
  // Accounts
  /** Until then tags that were never set are shown as null. */
  accountsHideMissingTags: since('2018-03-30-preview'),
  accountsShowIdentity: since('2020-05-01'),
  /** Storage authentication and encryption. */
  accountsShowProtection: since('2020-05-01'),
  /** Key delivery, public access, private endpoints and the state; from the specification. */
  accountsShowAccess: since('2021-05-01'),

  // Everything below accounts
  /** From the specification; the first version is a guess. */
  resourcesShowSystemData: since('2021-11-01'),
  /** Until then they are left out. */
  secretsAreNull: since('2020-05-01'),
  /** Until then they all count as writes. */
  actionsHaveBudgets: since('2020-05-01'),

  // Streaming policies and locators
  policiesCheckKeyPolicies: since('2020-05-01'),
  locatorsHaveFilters: since('2020-05-01'),

  // Streaming endpoints
  /** Of a new account; until then it starts by itself. */
  defaultEndpointIsStopped: since('2018-06-01-preview'),
  /** Of a new account; until then it is behind a content delivery network. */
  defaultEndpointIsPlain: since('2020-05-01'),
  endpointsNeedScaleUnits: since('2018-07-01'),
  /** Until then a new one is accepted (202). */
  endpointsAreCreated: since('2020-05-01'),
  /** From the specification. */
  endpointsShowSku: since('2022-08-01'),
  /** Until then `Location` leads to the operation itself, and polling shows it again. */
  operationsHaveLocations: since('2020-05-01'),
  operationsForgetDeleted: since('2020-05-01'),

  // Transforms and jobs
  /** Video synchronisation, modes of analysis and experimental options. */
  presetsHaveModes: since('2020-05-01'),
  jobsHaveInputDefinitions: since('2020-05-01'),
  jobsAreScheduledAtOnce: since('2020-05-01'),
  jobsNameWhatIsNotFinal: since('2020-05-01'),
} as const satisfies Readonly<Record<string, ByVersion>>

const trackedSince = parseInstant('2021-02-19T00:00:00Z') ?? 0n

/**
 * Accounts show system data, and a PUT of one that exists is a 200; until then it is a 201. This came for all versions at
 * once, so that the clock of the simulator decides; versions that were made later have never been otherwise.
 */
export const accountsAreTracked = (apiVersion: string, now: bigint): boolean =>
  byVersion.accountsShowAccess(apiVersion) || now >= trackedSince
