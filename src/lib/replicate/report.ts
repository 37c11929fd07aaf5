import type { Permissions } from '../ledger/facts.ts'
import type { UnitRow } from '../ledger/ledger.ts'
import type { Outcome, Unit } from '../model.ts'
import { isPolicyAtHomeInTarget } from './move-home.ts'
import type { Pair } from './pair.ts'
import { isGuarded, type RouteRules } from './rules.ts'
import { surveyAsset } from './survey.ts'
import { syncPolicy } from './sync-policy.ts'
import { outcomeOf } from './trouble.ts'

/** What a pass over a unit would find, without anything being changed. */
export interface UnitReport {
  readonly unit: Unit
  /** Nothing would be written. */
  readonly equal: boolean
  /** What would change and why. */
  readonly changes: readonly string[]
  readonly outcome?: Outcome
  readonly blobs?: number
  readonly bytes?: number
  /** Bytes of files that are missing or different. */
  readonly bytesToCopy?: number
  /** Whether the source publishes the asset at present. */
  readonly published?: boolean
  /** Locators of ours are gone from the source, or were withdrawn by hand: they go whatever else blocks the unit. */
  readonly withdraws?: true
}

/**
 * Compares one unit on both sides, for a resync or a dry run. Trouble with either side is the report's outcome.
 *
 * @param row what the ledger knows of the unit.
 * @param permissions what the request that is tried out would allow.
 */
export const reportUnit = async (
  pair: Pair,
  unit: Unit,
  row: UnitRow | undefined,
  rules: RouteRules,
  permissions: Permissions = {},
): Promise<UnitReport> => {
  const known = {
    facts: row?.facts ?? {},
    permissions: { ...row?.permissions, ...permissions },
    finishedAt: row?.finishedAt,
    inSyncAt: row?.inSyncAt,
    rules,
  }
  try {
    return unit.kind === 'asset' ? await reportAsset(pair, unit, known) : await reportPolicy(pair, unit, known)
  } catch (error) {
    return { unit, equal: false, changes: [], outcome: await outcomeOf(error, pair) }
  }
}

type Known = Pick<UnitRow, 'facts' | 'permissions'> & {
  readonly finishedAt: number | undefined
  readonly inSyncAt: number | undefined
  readonly rules: RouteRules
}

const reportAsset = async (pair: Pair, unit: Unit, known: Known): Promise<UnitReport> => {
  const survey = await surveyAsset(pair, { name: unit.name, ...known })
  const removed = survey.remove ? ['the twin would be deleted'] : []
  const changes = [...removed, ...survey.withdraw.map(name => `locator ${name} would be withdrawn`), ...survey.changes]
  return {
    unit,
    equal: survey.outcome?.outcome === 'inSync' && survey.withdraw.length === 0 && removed.length === 0,
    changes,
    ...(survey.outcome === undefined ? {} : { outcome: survey.outcome }),
    ...(survey.blobs === undefined ? {} : { blobs: survey.blobs }),
    ...(survey.bytes === undefined ? {} : { bytes: survey.bytes }),
    ...(survey.toCopy === undefined ? {} : { bytesToCopy: survey.toCopy.bytes }),
    published: survey.locators.length > 0,
    ...(survey.withdraw.length === 0 ? {} : { withdraws: true }),
  }
}

const reportPolicy = async (pair: Pair, unit: Unit, known: Known): Promise<UnitReport> => {
  const { kind } = unit
  if (kind === 'asset' || kind === 'streamingLocator')
    return { unit, equal: false, changes: ['its asset is looked for'] }
  const { facts, permissions, rules, inSyncAt } = known
  if (await isPolicyAtHomeInTarget(pair, { ...unit, kind }, facts))
    return { unit, equal: true, changes: [], outcome: { outcome: 'inSync' } }
  const guarded = isGuarded(rules, inSyncAt, permissions)
  const { outcome, changes } = await syncPolicy(
    pair,
    { ...unit, kind },
    { facts, permissions, deletes: rules.deletes, guarded },
  )
  return { unit, equal: outcome.outcome === 'inSync' && changes.length === 0, changes, outcome }
}
