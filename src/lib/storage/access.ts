import { Secret } from '../secret.ts'
import type { Container } from './ports.ts'

const trimmed = (url: string): string => url.replace(/\/+$/, '')

/** A container reached by the SAS address that a media account hands out. */
export const sasContainer = (address: Secret<string>): Container => {
  const whole = address.reveal()
  const mark = whole.indexOf('?')
  const query = new Secret(mark === -1 ? '' : whole.slice(mark + 1))
  return { url: trimmed(mark === -1 ? whole : whole.slice(0, mark)), access: async () => ({ kind: 'sas', query }) }
}

/**
 * A container reached by an Entra identity.
 * @param getToken a token for storage; asked before every request, so it keeps and renews them itself.
 */
export const identityContainer = (url: string, getToken: () => Promise<Secret<string>>): Container => ({
  url: trimmed(url),
  access: async () => ({ kind: 'bearer', token: await getToken() }),
})
