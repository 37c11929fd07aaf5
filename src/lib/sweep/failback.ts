/** Decisions of an operator about what changed in the target while the source was away. */
import type { Permissions } from '../ledger/facts.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { rowsWithCode } from '../ledger/rows-with-code.ts'
import type { Kind, Route, RouteKey, RunStarter, Unit } from '../model.ts'

export interface FailbackDeps {
  readonly routes: ReadonlyMap<RouteKey, Route>
  readonly ledger: Ledger
}

/** Exactly one of units and all is set. */
export interface FailbackRequest {
  readonly route: RouteKey
  /** `target`: its state is kept and becomes the home; `source`: the source's state is restored. */
  readonly keep: 'target' | 'source'
  readonly units?: readonly { readonly kind: Kind; readonly name: string }[] | undefined
  readonly all?: true | undefined
}

export type FailbackAnswer =
  | { readonly units: readonly Unit[] }
  | { readonly refused: 'RouteUnknown' | 'RouteMissing' | 'UnitUnknown'; readonly names: readonly string[] }

/** Every unit that waits for a decision. */
const waiting = async (ledger: Ledger, route: RouteKey): Promise<readonly Unit[]> => {
  const units: Unit[] = []
  for await (const { kind, name } of rowsWithCode(ledger, route, 'TargetChanged')) units.push({ route, kind, name })
  return units
}

/** The units that were named, or undefined for one that the ledger does not know as a twin. */
const named = (ledger: Ledger, route: RouteKey, units: NonNullable<FailbackRequest['units']>) =>
  Promise.all(
    units.map(async ({ kind, name }) => {
      const row = await ledger.read({ route, kind, name })
      return row?.facts.owner === undefined ? undefined : { route, kind, name: row.name }
    }),
  )

const permissionsOf = { target: { moveHome: true }, source: { restore: true } } as const satisfies Record<
  FailbackRequest['keep'],
  Permissions
>

/** Asks for the units with the decision. Everything is checked before anything is asked for. */
export const acceptFailback = async (
  { routes, ledger }: FailbackDeps,
  starter: RunStarter,
  request: FailbackRequest,
): Promise<FailbackAnswer> => {
  const route = routes.get(request.route)
  if (route === undefined) return { refused: 'RouteUnknown', names: [] }
  const opposite = `${route.to}>${route.from}`
  if (request.keep === 'target' && !routes.has(opposite)) return { refused: 'RouteMissing', names: [opposite] }
  const found = request.units === undefined ? undefined : await named(ledger, route.key, request.units)
  const unknown = request.units?.filter((_, index) => found?.[index] === undefined) ?? []
  if (unknown.length > 0) return { refused: 'UnitUnknown', names: unknown.map(({ name }) => name) }
  const units = found?.filter(unit => unit !== undefined) ?? (await waiting(ledger, route.key))
  const permissions = permissionsOf[request.keep]
  for (const unit of units)
    await starter.run(await ledger.request(unit, { reason: 'failback', priority: 'event', permissions }))
  return { units }
}
