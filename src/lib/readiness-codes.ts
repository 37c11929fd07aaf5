/** Codes of what stands in the way of a failover; part of the catalogue in `codes.ts`. */
import type { Explanation } from './codes.ts'

export const readinessCodes = {
  EndpointStopped: {
    cause: 'No streaming endpoint of the target is running: players that are sent there find nothing.',
    remedy:
      'Start one in the target account; it takes some minutes, and costs while it runs. A failover needs it before.',
  },
  EndpointSmaller: {
    cause: 'The running streaming endpoints of the target have no units, or fewer than those of the source.',
    remedy:
      'Scale a streaming endpoint of the target to what the source has, or know who will be turned away. Without units there is no guaranteed bandwidth.',
  },
  OriginFails: {
    cause: 'The origin of the target does not serve the manifest, or a segment, of a title that is in sync.',
    remedy:
      'Ask for the named path yourself. Where 404 is answered ask for a resync of the title: what was removed in the target by hand is made again at once, though its unit is in sync until the next full comparison. Where nothing answers look at the streaming endpoint and its access control.',
  },
  KeyDeliveryFails: {
    cause:
      'Key delivery of the target does not answer, refuses a title that is open to everybody, or gives another key than the locator has.',
    remedy:
      'Look at the content key policy of the named title in both accounts, at the key delivery access control of the target, and at its region. Ask for a resync of the title.',
  },
  HostNotAsked: {
    cause:
      'A manifest of the target sends players to a host that neither the account nor the settings name. It was not asked, so nobody knows what players find there.',
    remedy:
      'If it is yours, name it in `playerHosts` of the account. If it is not, look at who has written the manifest, or the key URL of the streaming policy.',
  },
  KeyDeliveryRestricted: {
    cause:
      'The target delivers keys and licences to listed addresses only, and the source does not do so in the same way.',
    remedy:
      'Give key delivery of the target the access control that the source has. The app does not: it is a setting of the account.',
  },
  UrlRegionBound: {
    cause:
      'A licence, key or discovery URL in the target names a host of the source region: with that region players get no key.',
    remedy:
      'Use a host that can be moved in the source, or name it in `rewriteUrls` of the route. A discovery URL is changed in the source.',
  },
  KeyUrlFixed: {
    cause:
      'Manifests name the key server of their own account. Should key delivery fail while the origin answers, players of the other origin do not move.',
    remedy:
      'Publish with a streaming policy whose key or licence URL template names a host of yours that can be moved, and name it in `playerHosts` of the account; or move the origins as well when key delivery fails.',
  },
  NothingToPlay: {
    cause: 'The target has no title that is in sync and published.',
    remedy: 'Look at the mode of the route and at its units; a new route is filled by its first full comparison.',
  },
  CanaryNotSet: {
    cause: 'The route names no canary, so nothing proves every day that the whole road works.',
    remedy: 'Publish a short title twice in the source and name it in `canary` of the route.',
  },
  CanaryMissing: {
    cause: 'The canary of the route, or one of its two locators, is not in sync in the target.',
    remedy:
      'Check the names in `canary` of the route, and the unit of the asset. Probes of players ask for its manifest: they take the target for dead until it is there.',
  },
  CanaryLate: {
    cause: 'The canary has not been rebuilt in the target for more than two days.',
    remedy:
      'Look at the unit of the canary, and whether its timer runs. What keeps it back keeps titles back: the mode of the route, a hold, rate limits, rights.',
  },
  ComparisonLate: {
    cause: 'Both accounts have not been compared in full for more than two days.',
    remedy:
      'Look at `GET /api/sweeps`: how the last one ended, and whether it waits for an account. What no event told is found by it alone.',
  },
  LagHigh: {
    cause: 'A unit has waited for more than half an hour.',
    remedy: 'Look at the units that wait or failed, and at what is left of the rate limits in `GET /api/sweeps`.',
  },
  UnitsBlocked: {
    cause: 'Units wait for a person, or for a change in the source; their twins are not as the source is.',
    remedy: 'Look at them with `GET /api/units?route=…&outcome=blocked`; each names its code.',
  },
  QuotaNear: {
    cause: 'The target account has used nine tenths of a quota.',
    remedy: 'Remove what is not needed, or have the quota raised, before it stops new titles.',
  },
  AnswerIncomplete: {
    cause: 'A part of the answer is missing: it took too long, or the rate limit leaves no call for it.',
    remedy: 'Ask again in a minute.',
  },
} as const satisfies Record<string, Explanation>
