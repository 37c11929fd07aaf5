/** Error answers of Azure Resource Manager and of the media service behind it (contract section 5). */
import type { JsonObject } from './json.ts'

/** Thrown by any rule; the server turns it into the answer. */
export class ArmError extends Error {
  readonly status: number
  readonly code: string
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message)
    this.name = 'ArmError'
    this.status = status
    this.code = code
    this.headers = headers
  }

  body(): JsonObject {
    return { error: { code: this.code, message: this.message } }
  }
}

const byGateway = { 'x-ms-failure-cause': 'gateway' }

export const badRequest = (message: string) => new ArmError(400, 'BadRequest', message)

/** A fault of the simulator's own. */
export const failed = () => new ArmError(500, 'InternalServerError', 'The simulator failed; its log says why.')

/** Something that a request names is not there. */
export const missingReference = (status: 400 | 404, what: string) =>
  new ArmError(status, status === 404 ? 'NotFound' : 'BadRequest', `The ${what} does not exist.`)

/** Anything that is kept by the media service itself. */
export const notFound = () =>
  new ArmError(404, 'NotFound', 'The requested resource was not found.', { 'content-language': 'en-US' })

/** Anything that Resource Manager tracks: accounts, streaming endpoints, live events. */
export const trackedNotFound = (type: string, names: string, resourceGroup: string) =>
  new ArmError(
    404,
    'ResourceNotFound',
    `The Resource 'Microsoft.Media/${type}/${names}' under resource group '${resourceGroup}' was not found. ` +
      'For more details please go to https://aka.ms/ARMResourceNotFoundFix',
    byGateway,
  )

export const parentNotFound = (parent: string) =>
  new ArmError(
    404,
    'ParentResourceNotFound',
    `Can not perform requested operation on nested resource. Parent resource '${parent}' not found.`,
    byGateway,
  )

export const methodNotAllowed = (method: string, allowed: readonly string[]) =>
  new ArmError(405, 'HttpMethodNotAllowed', `The requested resource does not support http method '${method}'.`, {
    allow: allowed.join(', '),
  })

export const conflict = (message: string) => new ArmError(409, 'Conflict', message)

/** Whatever Resource Manager tracks has a place. */
export const locationRequired = () => new ArmError(400, 'LocationRequired', 'The location property is required.')

export const operationInProgress = () =>
  new ArmError(409, 'OperationInProgress', 'There is another operation already in progress on the Origin.')

export const unauthorized = (code: string, message: string) =>
  new ArmError(401, code, message, { 'www-authenticate': `Bearer error="invalid_token", error_description="${code}"` })

export const forbidden = (client: string, action: string, scope: string) =>
  new ArmError(
    403,
    'AuthorizationFailed',
    `The client '${client}' with object id '${client}' does not have authorization to perform action ` +
      `'Microsoft.Media/mediaservices/${action}' over scope '${scope}' or the scope is invalid. ` +
      'If access was recently granted, please refresh your credentials.',
    byGateway,
  )

/** @param retryAfter whole seconds; `header` says whether the answer carries Retry-After. */
export const throttled = (subscriptionId: string, method: string, retryAfter: number, header: boolean) =>
  new ArmError(
    429,
    'SubscriptionRequestsThrottled',
    `Number of requests for subscription '${subscriptionId}' and operation ` +
      `'${method}/SUBSCRIPTIONS/RESOURCEGROUPS/PROVIDERS/MICROSOFT.MEDIA/MEDIASERVICES/' exceeded the backend storage ` +
      `limit. Please try again after '${retryAfter}' seconds.`,
    header ? { 'retry-after': String(retryAfter) } : {},
  )
