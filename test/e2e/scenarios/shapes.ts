/** Bodies that scenarios are made of. Every call makes secrets of its own. */
import { randomBytes } from 'node:crypto'
import type { JsonObject } from '../../../local/stack/arm.ts'

export const type = (name: string) => ({ '@odata.type': `#Microsoft.Media.${name}` })
export const random = (bytes: number): string => randomBytes(bytes).toString('base64')

export const symmetric = () => ({ ...type('ContentKeyPolicySymmetricTokenKey'), keyValue: random(32) })
export const rsa = () => ({ ...type('ContentKeyPolicyRsaTokenKey'), exponent: 'AQAB', modulus: random(256) })

export const open: JsonObject = type('ContentKeyPolicyOpenRestriction')
export const token = (more: JsonObject = {}): JsonObject => ({
  ...type('ContentKeyPolicyTokenRestriction'),
  issuer: 'https://login.contoso.example/',
  audience: 'viewers',
  restrictionTokenType: 'Jwt',
  primaryVerificationKey: symmetric(),
  ...more,
})

export const clearKey: JsonObject = type('ContentKeyPolicyClearKeyConfiguration')

/** Options named after what they are. */
export const keyPolicy = (
  options: Readonly<Record<string, readonly [configuration: JsonObject, restriction: JsonObject]>>,
  more: JsonObject = {},
): JsonObject => ({
  ...more,
  options: Object.entries(options).map(([name, [configuration, restriction]]) => ({
    name,
    configuration,
    restriction,
  })),
})

// Of the language since V8 11.4, but not yet in TypeScript's libraries.
const { rawJSON } = JSON as unknown as { rawJSON(text: string): JsonObject }
/** A whole number that is sent with exactly these digits, for those that a double cannot hold. */
export const exactly = (digits: string): JsonObject => rawJSON(digits)

export const protocols = (...names: readonly string[]): JsonObject =>
  Object.fromEntries(['download', 'dash', 'hls', 'smoothStreaming'].map(name => [name, names.includes(name)]))
