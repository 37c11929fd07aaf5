/** What there was to see of a history that failed; with timing in it, the same may not come again for hours. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { History } from './history.ts'
import type { Result } from './play.ts'
import type { Scene } from './scene.ts'

const rowsOf = async ({ ledger }: Scene): Promise<readonly object[]> => {
  const rows: object[] = []
  try {
    for await (const row of ledger.listEntities()) rows.push(row)
  } catch {
    // There is no table where the app has written nothing.
  }
  return rows
}

/**
 * Log of the app, calls to the accounts and what they answered but for lists, changes of storage, and the ledger as it is now.
 */
export const keepEvidence = async (dir: string, scene: Scene, history: History, result: Result): Promise<void> => {
  const { simulator } = scene.stack
  const { failures, calls: before = [] } = result
  const calls = [...before, ...simulator.traffic()].map(
    ({ began, at, account, byApp, operation, method, url, status, response }) => ({
      ...{ began, at, account, byApp, method, url, status },
      ...(/_list/i.test(operation) ? {} : { response }),
    }),
  )
  const evidence = {
    history,
    failures,
    log: scene.log,
    calls,
    storage: simulator.storageWrites(),
    ledger: await rowsOf(scene),
  }
  await mkdir(dir, { recursive: true })
  await writeFile(join(dir, `${history.seed ?? 'history'}-${Date.now()}.json`), JSON.stringify(evidence, null, 1))
}
