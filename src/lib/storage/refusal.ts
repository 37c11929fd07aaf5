import type { IncomingHttpHeaders } from 'node:http'
import type { Side } from '../model.ts'
import { redact } from '../redact.ts'
import type { ServiceError, ServiceErrorKind } from '../service-error.ts'
import type { Answer } from './answer.ts'
import { storageError } from './storage-error.ts'

/** What a request was about, for the error that it may become. */
export interface Subject {
  /** What was done to what, without access, e.g. `PUT https://…/container/name`. */
  readonly what: string
  /** Address of the container that is copied from, where there is one. */
  readonly from?: string | undefined
  /** Whether the target was pinned too, so that a failed condition may be either side's. */
  readonly targetPinned?: boolean
  readonly side?: Side | undefined
}

const kindOf = (status: number, code: string | undefined): ServiceErrorKind => {
  if (status === 429 || code === 'ServerBusy' || code === 'OperationTimedOut') return 'throttled'
  if (status >= 500 || status === 408) return 'unavailable'
  if (status === 404) return 'notFound'
  if (status === 401 || status === 403) return 'unauthorized'
  if (status === 409) return 'conflict'
  if (status === 412 || status === 304) return 'changed'
  return 'refused'
}

const header = (headers: IncomingHttpHeaders, name: string): string | undefined => {
  const value = headers[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** Milliseconds a service asks to wait, from either header it may say so in. */
const retryAfter = (headers: IncomingHttpHeaders): number | undefined => {
  const milliseconds = Number(header(headers, 'x-ms-retry-after-ms') ?? Number.NaN)
  if (milliseconds >= 0) return milliseconds
  const seconds = Number(header(headers, 'retry-after') ?? Number.NaN)
  return seconds >= 0 ? seconds * 1_000 : undefined
}

const sourceCodes = new Set(['CannotVerifyCopySource', 'SourceConditionNotMet'])

/** Codes that on a copy can only be about its source: a target that is not there yet is no reason to refuse a write. */
const readCodes = new Set(['BlobNotFound', 'BlobArchived'])

/**
 * Whether the source of a copy failed, not its target. Azurite answers a failed source condition of Copy Blob with
 * `ConditionNotMet`; where the target was pinned as well, that stays open and counts as the target's.
 */
const failedAtSource = (subject: Subject, code: string | undefined): boolean =>
  subject.from !== undefined &&
  code !== undefined &&
  (sourceCodes.has(code) || readCodes.has(code) || (code === 'ConditionNotMet' && subject.targetPinned !== true))

/** The error that an answer outside of 2xx stands for. */
export const refusal = (subject: Subject, { status, headers, problem }: Answer<unknown>): ServiceError => {
  const code = header(headers, 'x-ms-error-code') ?? /<Code>([^<]*)<\/Code>/.exec(problem)?.[1]
  const atSource = failedAtSource(subject, code)
  // The status of a failed copy is mostly that of the source; newer services say so in headers of their own.
  const sourceStatus = Number(header(headers, 'x-ms-copy-source-status-code') ?? status)
  const sourceCode = header(headers, 'x-ms-copy-source-error-code')
  const kind = atSource ? kindOf(sourceStatus, sourceCode ?? code) : kindOf(status, code)
  // The lines after the first are ids and times of the request.
  const text = redact(/<Message>([^<\r\n]*)/.exec(problem)?.[1] ?? '')
  const where =
    subject.from === undefined ? '' : ` copying from ${subject.from}, refused by the ${atSource ? 'source' : 'target'},`
  const wait = retryAfter(headers)
  return storageError(
    kind,
    `${subject.what}:${where} ${status}${code === undefined ? '' : ` ${code}`}${text === '' ? '' : `: ${text}`}`,
    {
      status,
      side: atSource ? 'source' : subject.side,
      ...(code === undefined ? {} : { serviceCode: code }),
      ...(wait === undefined ? {} : { retryAfter: wait }),
    },
  )
}

/** The error for a request that got no whole answer. */
export const unanswered = (subject: Subject, reason: string): ServiceError =>
  storageError('unavailable', `${subject.what}: no answer (${reason}). Check the network and the service.`, {
    side: subject.side,
  })
