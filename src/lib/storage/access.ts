import type { Clock } from '../model.ts'
import { Secret } from '../secret.ts'
import type { Container } from './ports.ts'

const trimmed = (url: string): string => url.replace(/\/+$/, '')

/** The same container; its listings tell index tags if they are to be copied. */
export const withTags = (container: Container, tags: boolean): Container => ({ ...container, tags })

/** A container reached by the SAS address that a media account hands out. */
export const sasContainer = (address: Secret<string>): Container => {
  const whole = address.reveal()
  const mark = whole.indexOf('?')
  const query = new Secret(mark === -1 ? '' : whole.slice(mark + 1))
  return { url: trimmed(mark === -1 ? whole : whole.slice(0, mark)), access: async () => ({ kind: 'sas', query }) }
}

/** A SAS is renewed so long before its end, that no request that is sent outlives it. */
const renewedBefore = 10 * 60_000

/** When a SAS ends; never where it does not say, as one that rests on a stored access policy. */
const endOf = (address: Secret<string>): number => {
  const end = Date.parse(new URL(address.reveal()).searchParams.get('se') ?? '')
  return Number.isNaN(end) ? Number.POSITIVE_INFINITY : end
}

/**
 * As `sasContainer`, with an address that is asked for again before its SAS ends, so that a listing or a copy may take
 * as long as it takes. Requests at the same moment share one question.
 * @throws what the first question throws; requests throw what a later one does.
 */
export const renewedSasContainer = async (
  getAddress: () => Promise<Secret<string>>,
  clock: Clock,
): Promise<Container> => {
  let address = await getAddress()
  let asking: Promise<Secret<string>> | undefined
  const renew = async (): Promise<Secret<string>> => {
    try {
      asking ??= getAddress()
      address = await asking
      return address
    } finally {
      asking = undefined
    }
  }
  return {
    url: sasContainer(address).url,
    access: async () => sasContainer(clock() < endOf(address) - renewedBefore ? address : await renew()).access(),
  }
}

/**
 * A container reached by an Entra identity.
 * @param getToken a token for storage; asked before every request, so it keeps and renews them itself.
 */
export const identityContainer = (url: string, getToken: () => Promise<Secret<string>>): Container => ({
  url: trimmed(url),
  access: async () => ({ kind: 'bearer', token: await getToken() }),
})
