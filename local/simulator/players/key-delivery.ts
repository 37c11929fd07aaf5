/** Key delivery: AES keys of titles that are open to everybody; all else is refused as without a token. */
import { isObject } from '../json.ts'
import { storedKeys } from '../resources/locator-index.ts'
import type { Account, Resource } from '../state.ts'
import { badUrl, forbidden, notAuthorized, notThere, type PlayerAnswer, served } from './answer.ts'
import { mayAskForKeys } from './hosts.ts'

const typeOf = (part: unknown): string => (isObject(part) ? String(part['@odata.type']) : '')

const isOpenAes = (policy: Resource | undefined): boolean => {
  const options = policy?.properties.options
  return (
    Array.isArray(options) &&
    options.some(
      option =>
        isObject(option) &&
        typeOf(option.configuration).endsWith('ClearKeyConfiguration') &&
        typeOf(option.restriction).endsWith('OpenRestriction'),
    )
  )
}

/** Licences need a challenge that only a player can make. */
const licences = /^\/(widevine|playready|fairplay)\/?$/i

/** @param address of whoever asks. */
export const askKeyDelivery = (
  account: Account,
  path: string,
  query: URLSearchParams,
  address: string,
): PlayerAnswer => {
  if (!mayAskForKeys(account, address)) return forbidden
  if (licences.test(path)) return badUrl
  const id = query.get('kid')?.toLowerCase()
  if (path !== '/' || id === undefined) return badUrl
  for (const locator of account.streamingLocators.values()) {
    const key = storedKeys(locator).find(one => one.id === id)
    if (key === undefined) continue
    return isOpenAes(account.contentKeyPolicies.get(key.policyName ?? ''))
      ? served('application/octet-stream', Buffer.from(key.value, 'base64'))
      : notAuthorized
  }
  return notThere
}
