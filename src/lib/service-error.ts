import type { Side } from './model.ts'

/** Why a call to a media account or to storage did not succeed. */
export type ServiceErrorKind =
  /** The parent of what was asked for is gone, e.g. the asset of a filter. */
  | 'notFound'
  /** 429, or a storage account that says it is busy; `retryAfter` in milliseconds where it was told. */
  | 'throttled'
  /** Not sent: what is left of the rate limit is kept for others; `retryAfter` says when to ask again. */
  | 'budgetUsed'
  /** No answer, a reset, 5xx after the retries. */
  | 'unavailable'
  | 'unauthorized'
  /** 409: something of that name exists, or the service cannot do it now. Read again before deciding. */
  | 'conflict'
  /** 412: what was pinned has changed. */
  | 'changed'
  /** A part of a type that this release does not know. */
  | 'unknownType'
  /** Any other 4xx. */
  | 'refused'

export class ServiceError extends Error {
  override readonly name = 'ServiceError'
  readonly kind: ServiceErrorKind
  readonly status: number | undefined
  /** The service's own code, e.g. `ParentResourceNotFound`. */
  readonly serviceCode: string | undefined
  readonly retryAfter: number | undefined
  readonly plane: 'control' | 'storage'
  /** Which end of a route failed, as soon as somebody knows. */
  side: Side | undefined

  /** @param message without secrets: no SAS, no token, no body. */
  constructor(
    kind: ServiceErrorKind,
    message: string,
    more: {
      readonly status?: number
      readonly serviceCode?: string
      readonly retryAfter?: number
      readonly plane?: 'control' | 'storage'
      readonly side?: Side | undefined
      readonly cause?: unknown
    } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause })
    this.kind = kind
    this.status = more.status
    this.serviceCode = more.serviceCode
    this.retryAfter = more.retryAfter
    this.plane = more.plane ?? 'control'
    this.side = more.side
  }
}

/** By name, since two copies of the class may meet in a bundle. */
export const isServiceError = (error: unknown): error is ServiceError =>
  error instanceof Error && error.name === 'ServiceError'
