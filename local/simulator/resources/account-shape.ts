/** The writable parts of an account (contract section 6.1). */
import { anyObject, arrayOf, defaulted, object, oneOf, optional, text } from '../shape.ts'

export const accountShape = object({
  storageAccounts: defaulted(
    arrayOf(object({ id: text, type: oneOf('Primary', 'Secondary'), identity: optional(anyObject) })),
    [],
  ),
  storageAuthentication: defaulted(oneOf('System', 'ManagedIdentity'), 'System'),
  encryption: defaulted(anyObject, { type: 'SystemKey' }),
  keyDelivery: optional(anyObject),
  publicNetworkAccess: optional(oneOf('Enabled', 'Disabled')),
})
