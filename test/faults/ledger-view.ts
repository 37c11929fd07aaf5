/** What the ledger says is open, read beside the app. */
import type { Scene } from './scene.ts'

export interface OpenUnit {
  readonly kind: string
  readonly name: string
  readonly state: string
  readonly outcome: string
  readonly code: string
  readonly detail: string
  /** Milliseconds since 1970; infinite where it waits for nothing. */
  readonly dueAt: number
  readonly pending: boolean
  /** That it was written has never been seen: whether what B shows is ours can only be told while A has the same. */
  readonly isUnproven: boolean
}

/** Resyncs under way, which may still ask for units; sweeps come and go all the time. */
const isOpenResync = ({ rowKey, ...columns }: Record<string, unknown>): boolean =>
  /^op\.(?!sweep-)/.test(String(rowKey)) && JSON.stringify(columns).includes('\\"status\\":\\"running\\"')

export interface LedgerView {
  readonly units: readonly OpenUnit[]
  readonly isResyncing: boolean
}

/**
 * Nothing runs, and nothing is to run but what waits for something that A lacks.
 * @param soon what is due before this, in milliseconds since 1970, counts as running, e.g. files that are to settle first.
 */
export const isQuiet = ({ units, isResyncing }: LedgerView, soon = 0) =>
  !isResyncing &&
  units.every(
    ({ state, pending, outcome, dueAt }) =>
      state === 'idle' && !pending && (dueAt === Number.POSITIVE_INFINITY || (outcome === 'waiting' && dueAt > soon)),
  )

/** A table that is just being made, or was not yet, has no rows. */
export const ledgerView = async ({ ledger }: Scene): Promise<LedgerView> => {
  const found: OpenUnit[] = []
  let isResyncing = false
  try {
    for await (const row of ledger.listEntities<Record<string, unknown>>()) {
      isResyncing ||= isOpenResync(row)
      if (!String(row.rowKey).startsWith('u.')) continue
      found.push({
        kind: String(row.kind),
        name: String(row.name),
        state: String(row.state),
        outcome: String(row.outcome ?? ''),
        code: String(row.code ?? ''),
        detail: String(row.detail ?? ''),
        dueAt: row.dueAt ? Date.parse(String(row.dueAt)) : Number.POSITIVE_INFINITY,
        pending: Number(row.desired) > Number(row.observed),
        isUnproven: Object.values(row).some(value => String(value).includes('"targetMark":""')),
      })
    }
  } catch {
    return { units: [], isResyncing: false }
  }
  return { units: found, isResyncing }
}
