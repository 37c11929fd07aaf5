/** What the target account hands out, and on what terms; compared with the source where that answers. */
import type { DeliveryReader, DiscoveryUrls, KeyDeliveryAccess, StreamingEndpoint } from '../../media/delivery.ts'
import type { MediaReader, Page } from '../../media/ports.ts'
import { hostOf, isBound, urlsOf } from '../../media/region-bound.ts'
import type { StreamingPolicy } from '../../media/resources.ts'
import { isPredefined } from '../../media/streaming-policies.ts'
import type { Account, Route } from '../../model.ts'
import type { RouteReadiness } from './answer.ts'
import type { Ask } from './asking.ts'

type Target = RouteReadiness['target']
type Url = Target['urls'][number]

/** Limits of the service (contract section 10). */
const limits = { assets: 1_000_000, streamingPolicies: 100, accountFilters: 100, locatorsOfAsset: 100 } as const
const mostPages = 10

const pages = async <T>(
  list: (cursor?: string) => Promise<Page<T>>,
): Promise<{ items: readonly T[]; more: boolean }> => {
  const items: T[] = []
  let cursor: string | undefined
  for (let page = 0; page < mostPages; page += 1) {
    const { items: found, next } = await list(cursor)
    items.push(...found)
    if (next === undefined) return { items, more: false }
    cursor = next
  }
  return { items, more: true }
}

type Bound = (host: string) => boolean

/** Predefined policies, which every account has, count where a title that was asked for uses them. */
const policyUrls = (policies: readonly StreamingPolicy[], used: ReadonlySet<string>, isBoundHost: Bound): Url[] =>
  policies
    .filter(({ name }) => !isPredefined(name) || used.has(name.toLowerCase()))
    .flatMap(policy =>
      urlsOf(policy).map(({ field, host }): Url => {
        const shown = { kind: 'streamingPolicy', name: policy.name, field } as const
        if (host === undefined) return { ...shown, code: 'KeyUrlFixed' }
        return { ...shown, host, ...(isBoundHost(host) ? { code: 'UrlRegionBound' } : {}) }
      }),
    )

const discoveryUrls = (policies: readonly DiscoveryUrls[], isBoundHost: Bound): Url[] =>
  policies.flatMap(({ policy, urls }) =>
    urls.map((url): Url => {
      const host = hostOf(url)
      const shown = { kind: 'contentKeyPolicy', name: policy, field: 'openIdConnectDiscoveryDocument' } as const
      return host === undefined ? shown : { ...shown, host, ...(isBoundHost(host) ? { code: 'UrlRegionBound' } : {}) }
    }),
  )

const sameAccess = (a: KeyDeliveryAccess, b: KeyDeliveryAccess): boolean =>
  a.restricted === b.restricted && a.allowed.toSorted().join() === b.allowed.toSorted().join()

export interface Ends {
  readonly route: Route
  readonly source: Account
  readonly reader: MediaReader
  readonly delivery: DeliveryReader
  /** Of the target; undefined where it did not tell. */
  readonly endpoints: Promise<readonly StreamingEndpoint[] | undefined>
  /** Absent where the source is silent. */
  readonly home?: DeliveryReader
}

/** Counted elsewhere: assets of the route, and locators of the titles that were asked for. */
export interface Counted {
  readonly assets?: number
  readonly locatorsOfAsset: number
  /** Streaming policies of the titles that were asked for, lower case. */
  readonly policies: ReadonlySet<string>
}

/** @param askHome for questions to the source, whose failures are no trouble of the target. */
export const targetFacts = async (
  { route, source, reader, delivery, endpoints: asked, home }: Ends,
  counted: Promise<Counted>,
  ask: Ask,
  askHome: Ask,
): Promise<Pick<Target, 'endpoints' | 'keyDelivery' | 'quotas' | 'urls'> & { readonly unitsOfSource?: number }> => {
  const [endpoints, access, homeAccess, homeEndpoints, policies, filters, keyPolicies] = await Promise.all([
    asked,
    ask('read', () => delivery.keyDelivery()),
    home && askHome('read', () => home.keyDelivery()),
    home && askHome('streamingEndpoints/read', () => home.endpoints()),
    ask('streamingPolicies/read', () => pages(cursor => reader.streamingPolicies(cursor))),
    ask('accountFilters/read', () => pages(cursor => reader.accountFilters(cursor))),
    ask('contentKeyPolicies/read', () => pages(cursor => delivery.discoveryUrls(cursor))),
  ])
  const isBoundHost: Bound = host => isBound(host, source, route.rewriteUrls)
  const { assets, locatorsOfAsset, policies: used } = await counted
  const running = homeEndpoints?.filter(({ state }) => state === 'Running')
  return {
    ...(endpoints === undefined
      ? {}
      : { endpoints: endpoints.map(({ customHosts, ...rest }) => ({ ...rest, customHosts: [...customHosts] })) }),
    ...(access === undefined
      ? {}
      : {
          keyDelivery: {
            restricted: access.restricted,
            allowed: access.allowed.length,
            ...(homeAccess === undefined ? {} : { asSource: sameAccess(access, homeAccess) }),
          },
        }),
    quotas: [
      ...(assets === undefined
        ? []
        : [{ quota: 'assets' as const, used: assets, atLeast: true, limit: limits.assets }]),
      ...(policies === undefined
        ? []
        : [
            {
              quota: 'streamingPolicies' as const,
              used: policies.items.length,
              ...(policies.more ? { atLeast: true } : {}),
              limit: limits.streamingPolicies,
            },
          ]),
      ...(filters === undefined
        ? []
        : [
            {
              quota: 'accountFilters' as const,
              used: filters.items.length,
              ...(filters.more ? { atLeast: true } : {}),
              limit: limits.accountFilters,
            },
          ]),
      { quota: 'locatorsOfAsset', used: locatorsOfAsset, atLeast: true, limit: limits.locatorsOfAsset },
    ],
    urls: [
      ...policyUrls(policies?.items ?? [], used, isBoundHost),
      ...discoveryUrls(keyPolicies?.items ?? [], isBoundHost),
    ],
    ...(running === undefined ? {} : { unitsOfSource: running.reduce((sum, { scaleUnits }) => sum + scaleUnits, 0) }),
  }
}
