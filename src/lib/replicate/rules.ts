import type { Deletes } from './deletes.ts'

/** What holds for every unit of a route, as the ledger knows it. */
export interface RouteRules {
  readonly deletes: Deletes
  /** Which of these locators an operator has withdrawn: they are not made, whatever the source has. Lower case. */
  withdrawn(locators: readonly string[]): Promise<ReadonlySet<string>>
}
