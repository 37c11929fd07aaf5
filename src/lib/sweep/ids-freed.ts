/** What the target refused because an id was taken, asked for again when locators of ours have gone from there. */
import type { Ledger } from '../ledger/ledger.ts'
import { rowsWithCode } from '../ledger/rows-with-code.ts'
import type { RouteKey, RunStarter } from '../model.ts'

const codes = ['LocatorIdTaken', 'KeyIdTaken'] as const

/** Their ids may be the very ones: nobody tells which locator holds an id. */
export const askRefused = async (
  ledger: Pick<Ledger, 'list' | 'request'>,
  starter: RunStarter,
  route: RouteKey,
): Promise<void> => {
  for (const code of codes) {
    for await (const row of rowsWithCode(ledger, route, code)) {
      const request = { reason: 'settled', priority: 'event', permissions: { retryRefused: true } } as const
      await starter.run(await ledger.request(row, request))
    }
  }
}
