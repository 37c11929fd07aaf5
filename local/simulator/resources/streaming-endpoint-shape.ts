/** The writable parts of a streaming endpoint; what is left out of its access control is shown as null. */
import { quotas } from '../limits.ts'
import {
  arrayOf,
  base64,
  bool,
  defaulted,
  instant,
  int32,
  int64,
  nullable,
  object,
  optional,
  type Shape,
  text,
} from '../shape.ts'

const orNull = (shape: Shape): Shape => ({ ...nullable(optional(shape)), fallback: null })

const akamaiKey = object({ identifier: optional(text), expiration: optional(instant), base64Key: optional(base64) })
export const ipRange = object({
  name: optional(text),
  address: optional(text),
  subnetPrefixLength: orNull(int32(0, 128)),
})

export const endpointShape = object({
  description: optional(text),
  scaleUnits: int32(0, quotas.streamingUnits),
  availabilitySetName: optional(text),
  cdnEnabled: optional(bool),
  cdnProvider: optional(text),
  cdnProfile: optional(text),
  maxCacheAge: optional(int64(0n)),
  customHostNames: optional(arrayOf(text)),
  accessControl: optional(
    object({
      akamai: orNull(object({ akamaiSignatureHeaderAuthenticationKeyList: defaulted(arrayOf(akamaiKey), []) })),
      ip: orNull(object({ allow: defaulted(arrayOf(ipRange), []) })),
    }),
  ),
  crossSiteAccessPolicies: optional(object({ clientAccessPolicy: orNull(text), crossDomainPolicy: orNull(text) })),
})
