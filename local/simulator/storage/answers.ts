import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'

/** An error as the storage service words it. */
export interface StorageError {
  readonly status: number
  readonly code: string
  readonly message: string
  readonly headers?: Readonly<Record<string, string>>
}

const patience = (retryAfter: number | undefined) =>
  retryAfter === undefined ? {} : { headers: { 'Retry-After': String(retryAfter) } }

export const serverBusy = (retryAfter?: number): StorageError => ({
  status: 503,
  code: 'ServerBusy',
  message: 'The server is busy.',
  ...patience(retryAfter),
})

export const operationTimedOut = (retryAfter?: number): StorageError => ({
  status: 500,
  code: 'OperationTimedOut',
  message: 'The operation could not be completed within the permitted time.',
  ...patience(retryAfter),
})

export const tokenRefused: StorageError = {
  status: 401,
  code: 'InvalidAuthenticationInfo',
  message: 'Server failed to authenticate the request. Please refer to the information in the www-authenticate header.',
  headers: { 'WWW-Authenticate': 'Bearer authorization_uri=http://127.0.0.1/ resource_id=https://storage.azure.com' },
}

export const sasExpired: StorageError = {
  status: 403,
  code: 'AuthenticationFailed',
  message:
    'Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature.',
}

export const roleMissing: StorageError = {
  status: 403,
  code: 'AuthorizationPermissionMismatch',
  message: 'This request is not authorized to perform this operation using this permission.',
}

export const beingDeleted: StorageError = {
  status: 409,
  code: 'ContainerBeingDeleted',
  message: 'The specified container is being deleted. Try operation later.',
}

export const conditionNotMet: StorageError = {
  status: 412,
  code: 'ConditionNotMet',
  message: 'The condition specified using HTTP conditional header(s) is not met.',
}

export const sourceConditionNotMet: StorageError = {
  status: 412,
  code: 'SourceConditionNotMet',
  message: 'The source condition specified using HTTP conditional header(s) is not met.',
}

/** A copy whose source cannot be read; `status` is what reading it met. */
export const cannotVerifySource = (status: number, message: string): StorageError => ({
  status,
  code: 'CannotVerifyCopySource',
  message,
})

/** Writes the error and ends the answer; a HEAD gets its headers only. */
export const answerError = (response: ServerResponse, error: StorageError): void => {
  const body = `<?xml version="1.0" encoding="utf-8"?><Error><Code>${error.code}</Code><Message>${error.message}</Message></Error>`
  response.writeHead(error.status, {
    'Content-Type': 'application/xml',
    'Content-Length': Buffer.byteLength(body),
    'x-ms-error-code': error.code,
    'x-ms-request-id': randomUUID(),
    ...error.headers,
  })
  response.end(body)
}
