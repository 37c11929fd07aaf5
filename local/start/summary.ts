/** The one JSON document of `npm start -- --once --json`. */

import type { Comparison } from '../compare/compare.ts'
import type { FunctionCounts, UnitView } from '../stack/host-api.ts'

export interface Summary {
  readonly verified: boolean
  /** Why it is not verified; absent when it is. */
  readonly reason?: string
  readonly accounts: Readonly<Record<string, { readonly name: string; readonly location: string }>>
  readonly route: string
  readonly assets: readonly {
    readonly name: string
    readonly outcome: string
    readonly blobs: number
    readonly bytes: number
  }[]
  readonly locators: Comparison['locators']
  readonly accountFilters: Comparison['accountFilters']
  readonly contentKeyPolicies: Comparison['contentKeyPolicies']
  readonly streamingPolicies: Comparison['streamingPolicies']
  /** From the moment the topic had accepted the last event to the moment everything was seen in sync. */
  readonly millisecondsFromEventToInSync: number
  /** Added up over the assets. */
  readonly millisecondsCopying: number
  readonly durable: { readonly activities: Readonly<Record<string, number>> }
  /** Calls of the app to each account, by operation. */
  readonly calls: Readonly<Record<string, Readonly<Record<string, number>>>>
}

/** Names of functions that are no activities: the rest of what the host counts are. */
const others = new Set([
  ...[
    'jobFinished',
    'locatorCreated',
    'resourceChanged',
    'dispatch',
    'discover',
    'sweepLocators',
    'sweepFull',
    'sweeps',
    'tidy',
    'resync',
    'operation',
    'operationReport',
    'stopOperation',
    'units',
    'health',
  ],
  ...['replicateAsset', 'replicatePolicy', 'sweepPages', 'sweepPage'],
])

export const activityCounts = (functions: FunctionCounts): Record<string, number> =>
  Object.fromEntries(
    Object.entries(functions)
      .filter(([name, { started }]) => !others.has(name) && started > 0)
      .map(([name, { started }]) => [name, started]),
  )

/**
 * `inSync` only where the app says so and both accounts show it.
 *
 * @param units what the app says of the assets.
 */
export const assetResults = (comparison: Comparison, units: readonly UnitView[]): Summary['assets'] =>
  comparison.assets.map(({ name, same, blobs, bytes }) => {
    const said = units.find(unit => unit.kind === 'asset' && unit.name === name)?.outcome ?? 'unknown'
    return { name, outcome: said === 'inSync' && !same ? 'different' : said, blobs, bytes }
  })

/** Why a comparison does not prove a twin; undefined when it does. */
export const objection = (comparison: Comparison, assets: Summary['assets'], expected: number): string | undefined => {
  const [first] = comparison.differences
  if (first !== undefined) return `The accounts differ: ${comparison.differences.slice(0, 5).join('; ')}.`
  const behind = assets.find(({ outcome }) => outcome !== 'inSync')
  if (behind !== undefined) return `Asset ${behind.name} is ${behind.outcome}.`
  if (assets.length < expected || comparison.locators.length < expected) return 'Region A lacks what was published.'
  return undefined
}
