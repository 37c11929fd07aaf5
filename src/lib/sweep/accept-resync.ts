import pLimit from 'p-limit'
import { isIncluded } from '../events/units.ts'
import { Problem } from '../http/problem.ts'
import type { ResyncBody } from '../http/resync-body.ts'
import type { Ledger, Permissions } from '../ledger/ledger.ts'
import type { MediaReader } from '../media/ports.ts'
import type { AccountKey, Clock, Route, RouteKey, Start, Unit } from '../model.ts'
import { endOperation, lastSeen, type NamedUnit, newOperation, type Operation, saveNamedUnits } from './operation.ts'

export interface AcceptDeps {
  readonly routes: ReadonlyMap<RouteKey, Route>
  reader(account: AccountKey): MediaReader
  readonly ledger: Ledger
  readonly clock: Clock
  /** Ids that nobody can guess. */
  newId(): string
}

export interface ResyncStarter {
  run(start: Start | undefined): Promise<unknown>
  resync(operationId: string): Promise<void>
}

/** Calls to the source and the ledger under way at once. */
const concurrency = 8
/** Names that a problem document shows. */
const shownNames = 20

const namedUnits = (body: ResyncBody, route: Route): readonly Unit[] => {
  const named: readonly { kind: Unit['kind']; name: string }[] =
    body.units ?? (body.assets ?? []).map(name => ({ kind: 'asset' as const, name }))
  const once = new Map(
    named.map(({ kind, name }) => [`${kind}/${name}`.toLowerCase(), { route: route.key, kind, name }]),
  )
  return [...once.values()]
}

/** The name as the source spells it. */
const sourceName = async (reader: MediaReader, { kind, name }: Unit): Promise<string | undefined> => {
  if (kind === 'asset') return (await reader.asset(name))?.name
  if (kind === 'contentKeyPolicy') return (await reader.contentKeyPolicy(name))?.name
  if (kind === 'streamingPolicy') return (await reader.streamingPolicy(name))?.name
  if (kind === 'accountFilter') return (await reader.accountFilter(name))?.name
  return (await reader.locator(name))?.name
}

/** A unit that is gone from the source may still have a twin that wants to be looked at. */
const hasTwin = async (ledger: Ledger, unit: Unit): Promise<boolean> =>
  (await ledger.read(unit))?.facts.owner !== undefined

const resolve = async (deps: AcceptDeps, route: Route, unit: Unit): Promise<Unit | undefined> => {
  const name = await sourceName(deps.reader(route.from), unit)
  if (name !== undefined) return { ...unit, name }
  return (await hasTwin(deps.ledger, unit)) ? unit : undefined
}

const refuseExcluded = (units: readonly Unit[], route: Route): void => {
  const excluded = units.filter(({ kind, name }) => kind === 'asset' && !isIncluded(route, name))
  if (excluded.length === 0) return
  throw new Problem('BodyInvalid', `The route takes assets whose name begins with "${route.include.namePrefix}".`, {
    unknown: excluded.slice(0, shownNames).map(({ name }) => name),
  })
}

/** Every unit as the source spells it; throws a Problem that names those it does not have. */
const resolveAll = async (deps: AcceptDeps, route: Route, units: readonly Unit[]): Promise<readonly Unit[]> => {
  const limit = pLimit(concurrency)
  const found = await Promise.all(units.map(unit => limit(() => resolve(deps, route, unit))))
  const missing = units.filter((_, index) => found[index] === undefined)
  if (missing.length > 0) {
    const code = missing.every(({ kind }) => kind === 'asset') ? 'AssetUnknown' : 'UnitUnknown'
    throw new Problem(code, `${route.from} does not have ${missing.length} of the ${units.length} that were named.`, {
      unknown: missing.slice(0, shownNames).map(({ name }) => name),
    })
  }
  return found.filter(unit => unit !== undefined)
}

/** Asks for named units as an event would, and notes which generation answers the request. */
const requestAll = (
  deps: AcceptDeps,
  starter: ResyncStarter,
  units: readonly Unit[],
  permissions: Permissions,
): Promise<readonly NamedUnit[]> => {
  const limit = pLimit(concurrency)
  return Promise.all(
    units.map(unit =>
      limit(async () => {
        await starter.run(await deps.ledger.request(unit, { reason: 'resync', priority: 'event', permissions }))
        const row = await deps.ledger.read(unit)
        return { kind: unit.kind, name: unit.name, generation: row?.desired ?? 0 }
      }),
    ),
  )
}

const startPages = async (deps: AcceptDeps, starter: ResyncStarter, operation: Operation): Promise<void> => {
  try {
    await starter.resync(operation.id)
  } catch (error) {
    await deps.ledger.saveOperation(operation.id, endOperation(operation, 'failed', deps.clock(), 'Unexpected'))
    throw error
  }
}

const permissionsOf = ({ adopt, replaceInUse }: ResyncBody): Permissions => ({
  ...(adopt === undefined ? {} : { adopt }),
  ...(replaceInUse === undefined ? {} : { replaceInUse }),
})

/**
 * Starts what a checked body asks for. Everything is verified before anything is written, so that a refusal starts
 * nothing. Throws a Problem, or the ServiceError of a source that does not answer.
 */
export const acceptResync = async (deps: AcceptDeps, starter: ResyncStarter, body: ResyncBody): Promise<Operation> => {
  const route = deps.routes.get(body.route)
  if (route === undefined) throw new Problem('RouteUnknown', `Known are: ${[...deps.routes.keys()].join(', ')}.`)
  const named = namedUnits(body, route)
  refuseExcluded(named, route)
  const units = await resolveAll(deps, route, named)
  const scope = body.all === true ? 'all' : 'named'
  const total = scope === 'named' ? units.length : await lastSeen(deps.ledger, route.key)
  const permissions = permissionsOf(body)
  const operation = newOperation(
    {
      id: deps.newId(),
      route: route.key,
      scope,
      dryRun: body.dryRun ?? false,
      permissions,
      confirmDeletes: body.confirmDeletes ?? false,
      ...(total === undefined ? {} : { total }),
    },
    deps.clock(),
  )
  if (scope === 'named' && !operation.dryRun) {
    await saveNamedUnits(deps.ledger, operation.id, await requestAll(deps, starter, units, permissions))
    const asked = { ...operation, counts: { ...operation.counts, seen: units.length, requested: units.length } }
    await deps.ledger.saveOperation(operation.id, asked)
    return asked
  }
  if (scope === 'named')
    await saveNamedUnits(
      deps.ledger,
      operation.id,
      units.map(({ kind, name }) => ({ kind, name })),
    )
  await deps.ledger.saveOperation(operation.id, operation)
  await startPages(deps, starter, operation)
  return operation
}
