/** The locator that an address names, and what its streaming policy lets through. */
import { parseInstant } from '../instants.ts'
import { isObject, type JsonObject, textAt } from '../json.ts'
import { storedKeys } from '../resources/locator-index.ts'
import type { SchemeName } from '../resources/policy-keys.ts'
import type { Account, Resource } from '../state.ts'
import { encryptionNotSet, encryptionRequired, formatBlocked, type PlayerAnswer } from './answer.ts'
import { keyDeliveryHost } from './hosts.ts'

/** One that is valid now. @param now ticks. */
export const findLocator = (account: Account, id: string, now: bigint): Resource | undefined => {
  for (const locator of account.streamingLocators.values()) {
    const { properties } = locator
    if (textAt(properties, 'streamingLocatorId')?.toLowerCase() !== id.toLowerCase()) continue
    const begins = parseInstant(textAt(properties, 'startTime') ?? '')
    const ends = parseInstant(textAt(properties, 'endTime') ?? '')
    return (begins !== undefined && begins > now) || (ends !== undefined && ends <= now) ? undefined : locator
  }
  return undefined
}

const schemeOf: Readonly<Record<string, SchemeName>> = {
  cbc: 'envelopeEncryption',
  cenc: 'commonEncryptionCenc',
  'cbcs-aapl': 'commonEncryptionCbcs',
}

const parameterOf = (parameters: string, name: string): string | undefined =>
  new RegExp(`(?:^|,)${name}=([^,)]+)`, 'i').exec(parameters)?.[1]?.toLowerCase()

export type Protocol = 'hls' | 'dash' | 'smoothStreaming'

export const protocolOf = (parameters: string): Protocol => {
  const format = parameterOf(parameters, 'format') ?? ''
  return format.startsWith('m3u8') ? 'hls' : format.startsWith('mpd') ? 'dash' : 'smoothStreaming'
}

/** @returns the scheme that the policy allows for an address, or the refusal. */
export const schemeFor = (
  policy: JsonObject,
  parameters: string,
): { readonly name: SchemeName; readonly scheme: JsonObject } | PlayerAnswer => {
  const encryption = parameterOf(parameters, 'encryption')
  const name = encryption === undefined ? 'noEncryption' : schemeOf[encryption]
  const scheme = name === undefined ? undefined : policy[name]
  if (name === undefined || !isObject(scheme)) return encryption === undefined ? encryptionRequired : encryptionNotSet
  const { enabledProtocols } = scheme
  return isObject(enabledProtocols) && enabledProtocols[protocolOf(parameters)] === true
    ? { name, scheme }
    : formatBlocked
}

/** Where the key of an envelope-encrypted locator is asked for. */
export const keyUrlOf = (account: Account, locator: Resource, scheme: JsonObject): string => {
  const id = storedKeys(locator).find(({ type }) => type === 'EnvelopeEncryption')?.id ?? ''
  const template =
    textAt(scheme, 'customKeyAcquisitionUrlTemplate') ?? `https://${keyDeliveryHost(account)}/?kid={ContentKeyId}`
  return template
    .replaceAll('{ContentKeyId}', id)
    .replaceAll('{AlternativeMediaId}', textAt(locator.properties, 'alternativeMediaId') ?? '')
}
