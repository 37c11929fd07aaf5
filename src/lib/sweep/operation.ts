import * as z from 'zod'
import type { Permissions } from '../ledger/facts.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { type Clock, kinds, type RouteKey } from '../model.ts'
import { estimateSchema } from './estimate.ts'

const count = z.number().int().nonnegative()
const time = z.number()

/**
 * What walks an account: a resync that somebody asked for, or a sweep that a timer starts. `changes` is what was made or
 * modified of late, `locators` all locators of the source, `full` everything on both sides.
 */
export const sweepKinds = ['changes', 'locators', 'full'] as const
export type SweepKind = (typeof sweepKinds)[number]

/** What is kept of a resync or a sweep, a few hundred bytes; times in milliseconds since 1970. */
const operationSchema = z.object({
  kind: z.enum(['resync', ...sweepKinds]),
  id: z.string(),
  route: z.string(),
  scope: z.enum(['all', 'named']),
  dryRun: z.boolean(),
  permissions: z.object({ adopt: z.boolean().exactOptional(), replaceInUse: z.boolean().exactOptional() }),
  status: z.enum(['running', 'succeeded', 'canceled', 'failed']),
  startedAt: time,
  updatedAt: time,
  finishedAt: time.exactOptional(),
  counts: z.object({ seen: count, equal: count, requested: count, failed: count }),
  /** What it takes to make equal what differs. */
  estimate: estimateSchema.exactOptional(),
  /** Pages counted so far: a page that runs twice is counted once. */
  pages: count,
  /** Units to come to, where that is known. */
  total: count.exactOptional(),
  /** Set while an account does not answer. */
  waiting: z.object({ code: z.string(), until: time }).exactOptional(),
  /** Why it failed. */
  code: z.string().exactOptional(),
  /** Where it goes on, once a page is done: another orchestration can take over from there. */
  cursor: z.string().exactOptional(),
  /** Mode of the route when it began. */
  mode: z.string().exactOptional(),
  /** Of `changes`: what was made before is not looked for. */
  since: time.exactOptional(),
  /** Of `full`: which part of the assets is compared file by file. */
  round: count.exactOptional(),
})

export type Operation = z.infer<typeof operationSchema>
export type Counts = Operation['counts']

/** A unit that was asked for by name. */
const namedUnitSchema = z.object({
  kind: z.enum(kinds),
  name: z.string(),
  /** The row's `desired` right after the request: once `observed` has come to it, the request is answered. */
  generation: count.exactOptional(),
})

export type NamedUnit = z.infer<typeof namedUnitSchema>

interface OperationStart {
  readonly kind?: Operation['kind']
  readonly id: string
  readonly route: RouteKey
  readonly scope: Operation['scope']
  readonly dryRun: boolean
  readonly permissions: Permissions
  readonly total?: number
  readonly mode?: string
  readonly since?: number
  readonly round?: number
}

/** Ids of resyncs begin with this, and with the time that is left until the year 10889: the newest come first. */
export const resyncPrefix = 'r'
const furthest = 0xffff_ffff_ffff

/**
 * Id of a new resync, in an order that makes a list of the latest a short scan.
 * @param now milliseconds since 1970.
 * @param random text that nobody can guess.
 */
export const newOperationId = (now: number, random: string): string =>
  `${resyncPrefix}${(furthest - now).toString(16).padStart(12, '0')}-${random}`

/** An operation that has just begun; a resync where the start does not say otherwise. */
export const newOperation = (start: OperationStart, now: number): Operation => ({
  kind: 'resync',
  ...start,
  permissions: { ...start.permissions },
  status: 'running',
  startedAt: now,
  updatedAt: now,
  counts: { seen: 0, equal: 0, requested: 0, failed: 0 },
  pages: 0,
})

/** Whether a text can be the id of an operation; it becomes part of a key of the ledger. */
export const isOperationId = (id: string): boolean => /^[A-Za-z0-9_-]{8,64}$/.test(id)

/** Undefined for one that is not known, or that another release wrote in a way this one cannot read. */
export const loadOperation = async (ledger: Pick<Ledger, 'operation'>, id: string): Promise<Operation | undefined> =>
  parseOperation(await ledger.operation(id))

/** Undefined for any other document than an operation. */
export const parseOperation = (document: unknown): Operation | undefined => operationSchema.safeParse(document).data

/** The operation as it ended; nothing is saved. */
export const endOperation = (
  operation: Operation,
  status: Operation['status'],
  now: number,
  code?: string,
): Operation => {
  const { waiting: _, ...rest } = operation
  return { ...rest, status, updatedAt: now, finishedAt: now, ...(code === undefined ? {} : { code }) }
}

const asBegun = (document: unknown, { startedAt }: Operation): Operation | undefined => {
  const current = parseOperation(document)
  return current?.status === 'running' && current.startedAt === startedAt ? current : undefined
}

/** The operation as it is now; undefined where it has ended, or was begun anew under its id. */
export const loadRunning = async (ledger: Ledger, operation: Operation): Promise<Operation | undefined> =>
  asBegun(await ledger.operation(operation.id), operation)

/**
 * Changes an operation that still runs as it was begun. Pages that run twice, a look at one that has died and the start of
 * the next sweep may all want to at once.
 * @param change answers undefined where there is nothing to change.
 * @returns the operation as it was written; undefined where it has ended, was begun anew, or is to stay.
 */
export const changeRunning = (
  ledger: Ledger,
  operation: Operation,
  change: (current: Operation) => Operation | undefined,
): Promise<Operation | undefined> =>
  ledger.changeOperation(operation.id, document => {
    const current = asBegun(document, operation)
    return current === undefined ? undefined : change(current)
  })

/** The wish to stop is a document of its own, so that a page that is being counted cannot overwrite it. */
const stopId = (id: string): string => `${id}-stop`

/** The page that is under way is still finished; the next one ends the operation. */
export const requestStop = (ledger: Ledger, id: string, now: number): Promise<void> =>
  ledger.saveOperation(stopId(id), { at: now })

const stopSchema = z.object({ at: time })

/** A wish from before its start, e.g. to stop the sweep of the day before, is over. */
export const isStopRequested = async (ledger: Ledger, { id, startedAt }: Operation): Promise<boolean> =>
  (stopSchema.safeParse(await ledger.operation(stopId(id))).data?.at ?? 0) >= startedAt

const unitsId = (id: string): string => `${id}-units`
const unitsPerPage = 50

/** Has the pages of an operation walked. Where nobody takes that, the operation has failed, and the error is thrown on. */
export const startPages = async (
  { ledger, clock }: { readonly ledger: Ledger; readonly clock: Clock },
  starter: { pages(operation: string, cursor?: string): Promise<void> },
  operation: Operation,
): Promise<void> => {
  try {
    await starter.pages(operation.id, operation.cursor)
  } catch (error) {
    await changeRunning(ledger, operation, current => endOperation(current, 'failed', clock(), 'Unexpected'))
    throw error
  }
}

/** Named units are kept beside the operation: a thousand long names do not fit its document. */
export const saveNamedUnits = async (ledger: Ledger, id: string, units: readonly NamedUnit[]): Promise<void> => {
  for (let page = 0; page * unitsPerPage < units.length; page++) {
    const part = units.slice(page * unitsPerPage, (page + 1) * unitsPerPage)
    await ledger.saveReport(
      unitsId(id),
      page,
      part.map(unit => JSON.stringify(unit)),
    )
  }
}

/** What named units have come to, a page each by their place among the names. */
export const settledId = (id: string): string => `${id}-settled`

/** Named requests that still wait for units are marked, so that they are found without a walk through all operations. */
export const openPrefix = (route: RouteKey): string => `open-${routeId(route)}_`
type Marked = Pick<Operation, 'id' | 'route'>
const openMark = ({ id, route }: Marked): string => `${openPrefix(route)}${id}`

/** After the operation itself has been saved: a mark without one is taken away. */
export const saveOpenMark = (ledger: Ledger, operation: Marked): Promise<void> =>
  ledger.saveOperation(openMark(operation), {})
export const removeOpenMark = (ledger: Ledger, operation: Marked): Promise<void> =>
  ledger.removeOperation(openMark(operation))

/** Forgets an operation with all that was kept beside it; its own document goes last, so that a crash leaves nothing. */
export const removeOperation = async (ledger: Ledger, operation: Marked): Promise<void> => {
  const { id } = operation
  for (const report of [id, unitsId(id), settledId(id)]) await ledger.removeReport(report)
  await ledger.removeOperation(stopId(id))
  await removeOpenMark(ledger, operation)
  await ledger.removeOperation(id)
}

/** Empty for an operation without names. Throws where they cannot be read. */
export const loadNamedUnits = async (ledger: Ledger, id: string): Promise<readonly NamedUnit[]> => {
  const units: NamedUnit[] = []
  for await (const { lines } of ledger.report(unitsId(id)))
    units.push(...lines.map(line => namedUnitSchema.parse(JSON.parse(line))))
  return units
}

/** A route's key as part of the id of a document: account keys hold no underscore. */
export const routeId = (route: RouteKey): string => route.replace('>', '_')
const lastId = (route: RouteKey): string => `last-${routeId(route)}`
const lastSchema = z.object({ seen: count })

/** How many units the last whole resync of a route saw: the only thing an ETA can rest on, as lists tell no totals. */
export const saveLastSeen = (ledger: Ledger, route: RouteKey, seen: number): Promise<void> =>
  ledger.saveOperation(lastId(route), { seen })

/** As `saveLastSeen` left it; undefined where no whole comparison has succeeded. */
export const lastSeen = async (ledger: Ledger, route: RouteKey): Promise<number | undefined> =>
  lastSchema.safeParse(await ledger.operation(lastId(route))).data?.seen
