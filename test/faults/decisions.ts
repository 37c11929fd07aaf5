/** What only a human decides, at the end of a history. */
import { route } from '../e2e/support.ts'
import type { LedgerView } from './ledger-view.ts'
import type { Operator } from './operator.ts'
import type { Strangers } from './strangers.ts'

/** One that has stopped at the limit of deletes goes on when somebody confirms them, and only then. */
export const confirmDeletes = (operator: Operator) =>
  operator.ask('/api/resync', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ route, all: true, confirmDeletes: true }),
  })

/**
 * After an outage the app undoes nothing of a twin that somebody has put files on, until somebody decides (P10). Of a title
 * that A has no more there is nothing to decide for A: whose the files are nobody but their owner can tell.
 *
 * @param isInSource whether A has the title.
 * @returns whether there was something to decide, for A.
 */
export const decide = async (
  operator: Operator,
  { leftFiles }: Pick<Strangers, 'leftFiles'>,
  { units }: LedgerView,
  isInSource: (asset: string) => boolean,
): Promise<boolean> => {
  const open = units
    .filter(({ kind, name, code }) => kind === 'asset' && code === 'TargetChanged' && leftFiles.has(name))
    .filter(({ name }) => isInSource(name))
    .map(({ kind, name }) => ({ kind, name }))
  if (open.length > 0)
    await operator.ask('/api/failback', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ route, keep: 'source', units: open }),
    })
  return open.length > 0
}
