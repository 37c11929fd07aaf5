import type { Ledger, Request, Sighting, UnitRow, Withdrawal } from '../../../../src/lib/ledger/ledger.ts'
import type { RouteState } from '../../../../src/lib/ledger/states.ts'
import type { Unit } from '../../../../src/lib/model.ts'

export const keyOf = ({ route, kind, name }: Unit): string => `${route}/${kind}/${name}`.toLowerCase()

export const rowOf = (unit: Unit, more: Partial<UnitRow> = {}): UnitRow => ({
  ...unit,
  hash: keyOf(unit),
  state: 'idle',
  run: 1,
  runKey: 'private-run-key',
  pass: '',
  generation: 0,
  lease: 0,
  startedAt: 0,
  desired: 1,
  pressing: 0,
  observed: 1,
  reason: 'resync',
  attempts: 0,
  priority: 0,
  marker: '',
  slot: '',
  permissions: {},
  facts: {},
  ...more,
})

/** The part of the ledger that doors and sweeps use, in memory: requests are noted, documents kept as JSON. */
export class MemoryLedger {
  readonly rows = new Map<string, UnitRow>()
  readonly requests: { readonly unit: Unit; readonly request: Request }[] = []
  readonly documents = new Map<string, string>()
  readonly reports = new Map<string, Map<number, readonly string[]>>()
  readonly routes = new Map<string, RouteState>()
  readonly tombstones = new Set<string>()
  readonly notes = new Map<string, Omit<Withdrawal, 'at'>>()
  readonly held = new Map<string, number>()
  readonly locators = new Map<string, { asset: string; id: string }>()
  readonly sightings = new Map<string, Sighting & { readonly at: number }>()

  put(unit: Unit, more: Partial<UnitRow> = {}): void {
    this.rows.set(keyOf(unit), rowOf(unit, more))
  }

  /** As what is behind the port; what is not here is not used by those who get it. */
  port(): Ledger {
    return this as unknown as Ledger
  }

  async request(unit: Unit, request: Request) {
    this.requests.push({ unit, request })
    const row = this.rows.get(keyOf(unit)) ?? rowOf(unit, { desired: 0, observed: 0 })
    this.rows.set(keyOf(unit), { ...row, desired: row.desired + 1 })
    if (request.priority === 'bulk') return undefined
    return { instanceId: `u-${keyOf(unit)}`, input: { unit, run: 1, key: 'k', n: 0, previous: '' } }
  }

  async read(unit: Unit) {
    return this.rows.get(keyOf(unit))
  }

  /** @param query a cursor is the number of rows done. */
  async list({ top = 100, cursor = '0' }: { readonly top?: number; readonly cursor?: string } = {}) {
    const end = Number(cursor) + top
    const all = [...this.rows.values()]
    return { rows: all.slice(Number(cursor), end), ...(end < all.length ? { next: String(end) } : {}) }
  }

  async rememberLocator(route: string, locator: string, asset: string, id: string) {
    this.locators.set(`${route}/${locator}`, { asset, id })
  }

  async locatorAsset(route: string, locator: string) {
    return this.locators.get(`${route}/${locator}`)?.asset
  }

  async sightLocators(route: string, sightings: readonly Sighting[], at: number) {
    for (const one of sightings) this.sightings.set(`${route}/${one.locator}`, { ...one, at })
  }

  async sighting(route: string, locator: string) {
    return this.sightings.get(`${route}/${locator}`)
  }

  async unsighted(route: string, before: number, top: number) {
    const gone = [...this.sightings].filter(([key, { at }]) => key.startsWith(`${route}/`) && at < before)
    return { locators: gone.slice(0, top).map(([, one]) => ({ ...one, etag: String(one.at) })) }
  }

  async forgetLocators(route: string, locators: readonly { readonly locator: string; readonly etag: string }[]) {
    for (const { locator, etag } of locators) {
      const key = `${route}/${locator}`
      if (String(this.sightings.get(key)?.at) === etag) this.sightings.delete(key)
    }
  }

  async accountState(account: string) {
    const until = this.held.get(account)
    return until === undefined ? {} : { until, code: 'SourceUnavailable' }
  }

  async withdrawLocators(_route: string, locators: readonly string[]) {
    for (const name of locators) this.tombstones.add(name.toLowerCase())
  }

  async noteWithdrawals(_route: string, found: readonly Omit<Withdrawal, 'at'>[]) {
    for (const one of found) this.notes.set(one.locator.toLowerCase(), one)
  }

  async withdrawn(_route: string, locators: readonly string[]) {
    return new Set(locators.map(name => name.toLowerCase()).filter(name => this.tombstones.has(name)))
  }

  /** @param cursor number of those before. */
  async withdrawals(_route: string, top: number, cursor = '0') {
    const end = Number(cursor) + top
    const some = [...this.tombstones].slice(Number(cursor), end)
    const withdrawals = some.map(locator => ({ ...this.notes.get(locator), locator, at: 1000 }))
    return { withdrawals, ...(end < this.tombstones.size ? { next: String(end) } : {}) }
  }

  async liftWithdrawal(_route: string, locators: readonly string[]) {
    for (const name of locators) this.tombstones.delete(name.toLowerCase())
  }

  async routeState(route: string): Promise<RouteState> {
    return this.routes.get(route) ?? {}
  }

  async changeRoute(route: string, change: (state: RouteState) => RouteState) {
    const state = change(this.routes.get(route) ?? {})
    this.routes.set(route, state)
    return state
  }

  async saveOperation(id: string, document: object) {
    this.documents.set(id, JSON.stringify(document))
  }

  async changeOperation<T extends object>(id: string, change: (document: unknown) => T | undefined) {
    const text = this.documents.get(id)
    const after = change(text === undefined ? undefined : JSON.parse(text))
    if (after !== undefined) this.documents.set(id, JSON.stringify(after))
    return after
  }

  /** As the table's: an id that could not be part of a key is unknown. */
  async operation(id: string): Promise<unknown> {
    if (!/^[\w-]{1,100}$/.test(id)) return undefined
    const text = this.documents.get(id)
    return text === undefined ? undefined : JSON.parse(text)
  }

  async *operations(prefix = '', after = '') {
    const ids = [...this.documents.keys()].filter(id => id.startsWith(prefix) && id > after)
    for (const id of ids.toSorted((a, b) => (a < b ? -1 : 1))) {
      const document = await this.operation(id)
      // Whoever walks may remove some that are still to come.
      if (document !== undefined) yield { id, document }
    }
  }

  async removeOperation(id: string) {
    this.documents.delete(id)
  }

  async saveReport(id: string, page: number, lines: readonly string[]) {
    const pages = this.reports.get(id) ?? new Map<number, readonly string[]>()
    this.reports.set(id, pages.set(page, lines))
  }

  async keepReport(id: string, page: number, lines: readonly string[]) {
    if (!this.reports.get(id)?.has(page)) await this.saveReport(id, page, lines)
  }

  async removeReport(id: string) {
    this.reports.delete(id)
  }

  async *report(id: string, from = 0) {
    const pages = [...(this.reports.get(id) ?? [])].sort(([a], [b]) => a - b)
    for (const [page, lines] of pages) if (page >= from) yield { page, lines }
  }
}
