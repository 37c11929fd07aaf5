import * as z from 'zod'
import type { Ledger } from '../ledger/ledger.ts'
import type { Clock, Route, RouteKey } from '../model.ts'
import { operationAnswer } from '../status/operation-answer.ts'
import { operationSummary } from '../status/operation-view.ts'
import { isNamedRequest } from '../sweep/named-request.ts'
import { isOperationId, type Operation, parseOperation, resyncPrefix } from '../sweep/operation.ts'
import { type AppState, type PlainDoor, plainDoor } from './door.ts'
import { routeField } from './fields.ts'
import { json } from './problem.ts'
import { readQuery } from './query.ts'
import { findRoute } from './route.ts'
import { pageFields } from './units-query.ts'

/** Query of `GET /api/operations`. */
export const operationsQuery = z.strictObject({ route: routeField.optional(), ...pageFields })

/** Until all units that were asked for by name have settled, where they stand is in their rows, which a list does not read. */
const listedOperation = operationAnswer.extend({
  status: operationAnswer.shape.status
    .optional()
    .describe('Absent for units asked for by name that have not all settled: ask for the operation.'),
})

export const operationsAnswer = z.object({
  operations: z.array(listedOperation),
  next: z.string().optional().describe('`cursor` of the next page; absent on the last.'),
})

export interface OperationListApp {
  readonly ledger: Pick<Ledger, 'operations'>
  readonly routes: ReadonlyMap<RouteKey, Route>
  readonly clock: Clock
}

/** Documents that one request looks at, so that a route without resyncs costs no walk through those of all others. */
const mostLooked = 1000

interface Page {
  readonly operations: readonly Operation[]
  readonly next?: string
}

const pageOf = async (ledger: OperationListApp['ledger'], query: z.infer<typeof operationsQuery>): Promise<Page> => {
  const { route, top, cursor } = query
  const after = cursor !== undefined && isOperationId(cursor) && cursor.startsWith(resyncPrefix) ? cursor : undefined
  const operations: Operation[] = []
  let looked = 0
  for await (const { id, document } of ledger.operations(resyncPrefix, after)) {
    const operation = parseOperation(document)
    if (operation !== undefined && (route === undefined || operation.route === route)) operations.push(operation)
    looked += 1
    if (operations.length === top || looked === mostLooked) return { operations, next: id }
  }
  return { operations }
}

const listed = (operation: Operation, now: number): z.infer<typeof listedOperation> => {
  const { status, ...rest } = operationSummary(operation, now)
  return isNamedRequest(operation) && status === 'running' ? rest : { ...rest, status }
}

/** `GET /api/operations`: resyncs, the latest first. */
export const operationListDoor = (app: AppState<OperationListApp>): PlainDoor =>
  plainDoor('operations', app, async ({ ledger, routes, clock }: OperationListApp, request) => {
    const query = readQuery(request.query, operationsQuery)
    if (query.route !== undefined) findRoute(routes, query.route)
    const { operations, next } = await pageOf(ledger, query)
    return json(200, { operations: operations.map(operation => listed(operation, clock())), next })
  })
