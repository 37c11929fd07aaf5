/** Whom readiness asks. Pure. A manifest may name any host, and whoever writes one must not make the app knock there. */
import type { StreamingEndpoint } from '../../media/delivery.ts'
import type { Account, UrlRule } from '../../model.ts'

/** The domain of the cloud behind a streaming endpoint's own host, e.g. `media.azure.net`. */
const domainOf = ({ host }: StreamingEndpoint): string | undefined => /\.streaming\.(.+)$/.exec(host)?.[1]

/**
 * Whether a host is one that the settings or the account itself name: hosts of its streaming endpoints, its own key
 * delivery, hosts that `rewriteUrls` gives to twins, and `playerHosts`.
 */
export const knownHosts = (
  { accountName, playerHosts = [] }: Pick<Account, 'accountName' | 'playerHosts'>,
  endpoints: readonly StreamingEndpoint[],
  rules: readonly UrlRule[],
): ((host: string) => boolean) => {
  const own = endpoints.flatMap(({ host, customHosts }) => [host, ...customHosts])
  const named = new Set([...own, ...rules.map(({ to }) => to), ...playerHosts].map(host => host.toLowerCase()))
  const domains = endpoints.flatMap(endpoint => domainOf(endpoint)?.toLowerCase() ?? [])
  return host =>
    named.has(host) ||
    (host.startsWith(`${accountName}.keydelivery.`) && domains.some(domain => host.endsWith(`.${domain}`)))
}
