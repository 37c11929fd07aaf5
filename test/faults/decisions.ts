/** What only a human decides, at the end of a history. */
import { route } from '../e2e/support.ts'
import type { LedgerView, OpenUnit } from './ledger-view.ts'
import type { Operator } from './operator.ts'
import type { Strangers } from './strangers.ts'

/** One that has stopped at the limit of deletes goes on when somebody confirms them, and only then. */
export const confirmDeletes = (operator: Operator) =>
  operator.ask('/api/resync', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ route, all: true, confirmDeletes: true }),
  })

type Left = Pick<Strangers, 'leftFiles'>

const isChanged = ({ kind, name, code }: OpenUnit, { leftFiles }: Left) =>
  kind === 'asset' && code === 'TargetChanged' && leftFiles.has(name)

/**
 * What waits with such a title that A has no more, about which nobody decides: deletes of assets and policies wait until
 * all is decided (docs/decisions/0018). And policies and filters whose making had no answer before A lost them.
 *
 * @param isInSource whether A has the title. @returns sentences of the comparer.
 */
export const waitingForNobody = (
  strangers: Left,
  { units }: LedgerView,
  isInSource: (asset: string) => boolean,
): readonly string[] => {
  const isWaiting = units.some(unit => isChanged(unit, strangers) && !isInSource(unit.name))
  return units
    .filter(
      ({ kind, code, isUnproven }) =>
        (isWaiting && code === 'FailbackPending') || (kind !== 'asset' && code === 'TargetChanged' && isUnproven),
    )
    .map(({ kind, name }) => `${kind.replace(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`)} ${name} is only in B`)
}

/**
 * After an outage the app undoes nothing of a twin that somebody has put files on, until somebody decides (P10). Of a title
 * that A has no more there is nothing to decide for A: whose the files are nobody but their owner can tell.
 *
 * @param isInSource whether A has the title.
 * @returns whether there was something to decide, for A.
 */
export const decide = async (
  operator: Operator,
  strangers: Left,
  { units }: LedgerView,
  isInSource: (asset: string) => boolean,
): Promise<boolean> => {
  const open = units
    .filter(unit => isChanged(unit, strangers) && isInSource(unit.name))
    .map(({ kind, name }) => ({ kind, name }))
  if (open.length > 0)
    await operator.ask('/api/failback', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ route, keep: 'source', units: open }),
    })
  return open.length > 0
}
