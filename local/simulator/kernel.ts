/** What the rules of each resource are given, and the form in which they are put into the routing table. */

import { badRequest } from './arm-errors.ts'
import type { BlobStore } from './blob-store.ts'
import type { Clock } from './clock.ts'
import type { EventPublisher } from './event-publisher.ts'
import { isObject, type Json, type JsonObject } from './json.ts'
import type { Bucket, ListName } from './limits.ts'
import type { Account, State, SystemData } from './state.ts'
import type { Switches } from './switches.ts'

export interface Kernel {
  readonly clock: Clock
  readonly state: State
  readonly blobStore: BlobStore
  readonly events?: EventPublisher
  readonly uuid: () => string
  readonly randomBytes: (length: number) => Uint8Array
  readonly switches: () => Switches
  readonly pageSizes: Readonly<Record<ListName, number>>
  /** From the creation of a job to its end. */
  readonly jobMilliseconds: number
  /** How long starting, stopping and making streaming endpoints and live events takes. */
  readonly operationMilliseconds: number
  /** Files that a job writes into its output assets. */
  readonly sampleDir?: string
  /** What went wrong outside of any request. */
  readonly report: (problem: string) => void
}

/** One request, as far as the rules of a resource see it. */
export interface Context {
  readonly kernel: Kernel
  /** By the names in the path of the operation, decoded. */
  readonly params: Readonly<Record<string, string | undefined>>
  readonly query: URLSearchParams
  readonly apiVersion: string
  /** Address of the simulator without a path, as the client spells it. */
  readonly origin: string
  /** Path as the client spells it. */
  readonly path: string
  readonly principal: string
  readonly now: bigint
  readonly body: Json | undefined
}

export interface AccountContext extends Context {
  readonly account: Account
}

export interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Json
}

type Method = 'GET' | 'PUT' | 'PATCH' | 'POST' | 'DELETE'

interface OperationBase {
  /** operationId of the published specification. */
  readonly id: string
  readonly method: Method
  readonly path: string
  readonly apiVersions: readonly string[]
  /** What RBAC asks for, below `Microsoft.Media/mediaservices/`. */
  readonly action: string
  /** Absent: reads, writes or deletes by method. */
  readonly bucket?: Bucket
}

/** Below an account that must be there; `path` is relative to it. */
export interface AccountOperation extends OperationBase {
  readonly run: (context: AccountContext) => Reply | Promise<Reply>
}

/** Anything else; `path` begins at the root. */
export interface RootOperation extends OperationBase {
  readonly root: true
  readonly run: (context: Context) => Reply | Promise<Reply>
}

export const param = (context: Context, name: string): string => {
  const value = context.params[name]
  if (value === undefined) throw new Error(`The path of the operation has no {${name}}.`)
  return value
}

/** The request body, which must be a JSON object. */
export const bodyOf = (context: Context): JsonObject => {
  if (isObject(context.body)) return context.body
  throw badRequest('The request content was invalid and could not be deserialized: a JSON object is expected.')
}

/** The `properties` of the request body; a body without them counts as empty properties. */
export const propertiesOf = (context: Context): JsonObject => {
  const properties = bodyOf(context).properties ?? {}
  if (isObject(properties)) return properties
  throw badRequest("The request content was invalid and could not be deserialized: 'properties' must be an object.")
}

export const createdNow = ({ principal, now }: Context): SystemData => ({
  createdBy: principal,
  createdAt: now,
  lastModifiedBy: principal,
  lastModifiedAt: now,
})

/** The system data of a resource that this request changes; what was never created by anyone is created now. */
export const modifiedNow = (context: Context, before: SystemData | undefined): SystemData =>
  before === undefined
    ? createdNow(context)
    : { ...before, lastModifiedBy: context.principal, lastModifiedAt: context.now }
