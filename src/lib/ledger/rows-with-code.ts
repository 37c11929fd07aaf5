import type { Code } from '../codes.ts'
import type { RouteKey } from '../model.ts'
import type { Ledger, UnitRow } from './ledger.ts'

/** Every unit of a route that was closed with a code, page by page: rows may be asked for on the way. */
export async function* rowsWithCode(
  ledger: Pick<Ledger, 'list'>,
  route: RouteKey,
  code: Code,
): AsyncGenerator<UnitRow> {
  let cursor: string | undefined
  do {
    const page = await ledger.list({ route, code, ...(cursor === undefined ? {} : { cursor }) })
    yield* page.rows
    cursor = page.next
  } while (cursor !== undefined)
}
