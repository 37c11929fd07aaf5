import type { HttpRequest, HttpResponseInit } from '@azure/functions'
import type { Ledger } from '../ledger/ledger.ts'
import type { Clock } from '../model.ts'
import { isNamedRequest, operationView } from '../status/operation-view.ts'
import { isOperationId, loadNamedUnits, loadOperation, type Operation, requestStop } from '../sweep/operation.ts'
import { type AppState, type PlainDoor, plainDoor } from './door.ts'
import { json, noStore, Problem } from './problem.ts'

export interface OperationsApp {
  readonly ledger: Ledger
  readonly clock: Clock
}

const find = async (app: OperationsApp, request: HttpRequest): Promise<Operation> => {
  const id = request.params.id ?? ''
  const operation = isOperationId(id) ? await loadOperation(app.ledger, id) : undefined
  if (operation === undefined) throw new Problem('OperationUnknown', 'No operation has this id.')
  return operation
}

const view = async (app: OperationsApp, operation: Operation, status: number): Promise<HttpResponseInit> =>
  json(status, await operationView(app.ledger, operation, app.clock()))

/** `GET /api/operations/{id}`: how far it is. */
export const operationDoor = (app: AppState<OperationsApp>): PlainDoor =>
  plainDoor('operation', app, async (ready: OperationsApp, request) => view(ready, await find(ready, request), 200))

/** Stopping what has ended is no mistake: it answers what became of it. */
const stop = async (app: OperationsApp, operation: Operation): Promise<HttpResponseInit> => {
  if (isNamedRequest(operation)) {
    throw new Problem('OperationNotStoppable', 'Units that were asked for by name go on by themselves.')
  }
  if (operation.status !== 'running') return view(app, operation, 200)
  await requestStop(app.ledger, operation.id, app.clock())
  return view(app, operation, 202)
}

/** `DELETE /api/operations/{id}`: stop at the next page. */
export const stopOperationDoor = (app: AppState<OperationsApp>): PlainDoor =>
  plainDoor('stopOperation', app, async (ready: OperationsApp, request) => stop(ready, await find(ready, request)))

const linesOf = async (ledger: Ledger, operation: Operation): Promise<readonly string[]> => {
  if (isNamedRequest(operation)) {
    const units = await loadNamedUnits(ledger, operation.id)
    return units.map(({ kind, name }) => JSON.stringify({ kind, name, requested: true }))
  }
  return Array.fromAsync(ledger.report(operation.id))
}

/** `GET /api/operations/{id}/report`: NDJSON, a line a unit: what would change and why. */
export const reportDoor = (app: AppState<OperationsApp>): PlainDoor =>
  plainDoor('operationReport', app, async (ready: OperationsApp, request) => {
    const lines = await linesOf(ready.ledger, await find(ready, request))
    return {
      status: 200,
      headers: { ...noStore, 'content-type': 'application/x-ndjson' },
      body: lines.map(line => `${line}\n`).join(''),
    }
  })
