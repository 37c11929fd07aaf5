import pLimit from 'p-limit'
import { confirmDeletes } from '../ledger/delete-limit.ts'
import type { Permissions } from '../ledger/facts.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { MediaReader } from '../media/ports.ts'
import {
  type AccountKey,
  type Caller,
  type Clock,
  isIncluded,
  type Kind,
  type Route,
  type RouteKey,
  type RunStarter,
  type Unit,
} from '../model.ts'
import type { Timing } from '../timing.ts'
import {
  lastSeen,
  type NamedUnit,
  newOperation,
  type Operation,
  saveNamedUnits,
  saveOpenMark,
  startPages,
} from './operation.ts'
import { sourceObject } from './source-object.ts'

export interface AcceptDeps {
  readonly routes: ReadonlyMap<RouteKey, Route>
  reader(account: AccountKey, caller: Caller): MediaReader
  readonly ledger: Ledger
  readonly clock: Clock
  readonly timing: Pick<Timing, 'deleteDay'>
}

/** What is asked for; exactly one of assets, units and all is set. */
export interface ResyncRequest {
  readonly route: RouteKey
  readonly assets?: readonly string[] | undefined
  readonly units?: readonly { readonly kind: Kind; readonly name: string }[] | undefined
  readonly all?: true | undefined
  readonly dryRun?: boolean | undefined
  readonly adopt?: boolean | undefined
  readonly replaceInUse?: boolean | undefined
  readonly confirmDeletes?: boolean | undefined
}

/** Either the operation, or why nothing was started and which names are to blame. */
export type Accepted =
  | { readonly operation: Operation }
  | {
      readonly refused: 'RouteUnknown' | 'AssetUnknown' | 'UnitUnknown' | 'AssetNotIncluded'
      readonly names: readonly string[]
    }

export interface ResyncStarter extends RunStarter {
  pages(operation: string): Promise<void>
}

/** Calls to the source and the ledger under way at once. */
const concurrency = 8

const namedUnits = (request: ResyncRequest, route: Route): readonly Unit[] => {
  const named: readonly { kind: Kind; name: string }[] =
    request.units ?? (request.assets ?? []).map(name => ({ kind: 'asset' as const, name }))
  const once = new Map(
    named.map(({ kind, name }) => [`${kind}/${name}`.toLowerCase(), { route: route.key, kind, name }]),
  )
  return [...once.values()]
}

/** A unit that is gone from the source may still have a twin that wants to be looked at. */
const hasTwin = async (ledger: Ledger, unit: Unit): Promise<boolean> =>
  (await ledger.read(unit))?.facts.owner !== undefined

const resolve = async (deps: AcceptDeps, route: Route, unit: Unit): Promise<Unit | undefined> => {
  const found = await sourceObject(deps.reader(route.from, { route: route.key, priority: 'event' }), unit)
  if (found !== undefined) return { ...unit, name: found.name }
  return (await hasTwin(deps.ledger, unit)) ? unit : undefined
}

/** Every unit as the source spells it, or those that it does not have. */
const resolveAll = async (
  deps: AcceptDeps,
  route: Route,
  units: readonly Unit[],
): Promise<{ readonly units: readonly Unit[] } | Extract<Accepted, { refused: unknown }>> => {
  const names = units.filter(({ kind, name }) => kind === 'asset' && !isIncluded(route, name)).map(({ name }) => name)
  if (names.length > 0) return { refused: 'AssetNotIncluded', names }
  const limit = pLimit(concurrency)
  const found = await Promise.all(units.map(unit => limit(() => resolve(deps, route, unit))))
  const missing = units.filter((_, index) => found[index] === undefined)
  if (missing.length === 0) return { units: found.filter(unit => unit !== undefined) }
  const refused = missing.every(({ kind }) => kind === 'asset') ? 'AssetUnknown' : 'UnitUnknown'
  return { refused, names: missing.map(({ name }) => name) }
}

/** Asks for named units as an event would, and notes which generation answers the request. */
const requestAll = (
  deps: AcceptDeps,
  starter: ResyncStarter,
  units: readonly Unit[],
  { id, permissions }: Operation,
): Promise<readonly NamedUnit[]> => {
  const limit = pLimit(concurrency)
  return Promise.all(
    units.map(unit =>
      limit(async () => {
        await starter.run(
          await deps.ledger.request(unit, {
            reason: 'resync',
            priority: 'event',
            permissions,
            by: `operation ${id}`,
          }),
        )
        const row = await deps.ledger.read(unit)
        return { kind: unit.kind, name: unit.name, generation: row?.desired ?? 0 }
      }),
    ),
  )
}

/** What waits for it is asked for by dispatch. */
const confirm = async ({ ledger, clock, timing }: AcceptDeps, route: Route): Promise<void> => {
  await ledger.changeRoute(route.key, ({ replaced, ...state }) => ({
    ...state,
    ...(replaced === undefined ? {} : { confirmedSource: replaced.found, sourceAccount: replaced.found }),
    deletes: confirmDeletes(clock(), timing.deleteDay),
  }))
}

const permissionsOf = ({ adopt, replaceInUse }: ResyncRequest): Permissions => ({
  ...(adopt === undefined ? {} : { adopt }),
  ...(replaceInUse === undefined ? {} : { replaceInUse }),
})

const operationOf = (id: string, now: number, request: ResyncRequest, total: number | undefined): Operation =>
  newOperation(
    {
      id,
      route: request.route,
      scope: request.all === true ? 'all' : 'named',
      dryRun: request.dryRun ?? false,
      permissions: permissionsOf(request),
      ...(total === undefined ? {} : { total }),
    },
    now,
  )

/**
 * Starts what is asked for. Everything is checked before anything is written, so that a refusal starts nothing.
 * @param id of the operation; nobody must be able to guess it.
 * Throws the ServiceError of a source that does not answer.
 */
export const acceptResync = async (
  deps: AcceptDeps,
  starter: ResyncStarter,
  request: ResyncRequest,
  id: string,
): Promise<Accepted> => {
  const route = deps.routes.get(request.route)
  if (route === undefined) return { refused: 'RouteUnknown', names: [] }
  const resolved = await resolveAll(deps, route, namedUnits(request, route))
  if ('refused' in resolved) return resolved
  const { units } = resolved
  const { ledger } = deps
  if (request.confirmDeletes === true && request.dryRun !== true) await confirm(deps, route)
  const total = request.all === true ? await lastSeen(ledger, route.key) : units.length
  const operation = operationOf(id, deps.clock(), request, total)
  if (operation.scope === 'named' && !operation.dryRun) {
    await saveNamedUnits(ledger, operation.id, await requestAll(deps, starter, units, operation))
    const counts = { ...operation.counts, seen: units.length, requested: units.length }
    await ledger.saveOperation(operation.id, { ...operation, counts })
    await saveOpenMark(ledger, operation)
    return { operation: { ...operation, counts } }
  }
  if (operation.scope === 'named') {
    await saveNamedUnits(
      ledger,
      operation.id,
      units.map(({ kind, name }) => ({ kind, name })),
    )
  }
  await ledger.saveOperation(operation.id, operation)
  await startPages(deps, starter, operation)
  return { operation }
}
