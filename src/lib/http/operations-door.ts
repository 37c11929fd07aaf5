import type { HttpRequest, HttpResponseInit } from '@azure/functions'
import type { Ledger } from '../ledger/ledger.ts'
import { operationView } from '../status/operation-view.ts'
import { endLost, type LostOperationDeps, type PagesStarter } from '../sweep/lost-operation.ts'
import { isNamedRequest } from '../sweep/named-request.ts'
import { isOperationId, loadNamedUnits, loadOperation, type Operation, requestStop } from '../sweep/operation.ts'
import { type AppState, type Door, door, type PlainDoor, plainDoor } from './door.ts'
import { json, noStore, Problem } from './problem.ts'

const find = async (app: LostOperationDeps, request: HttpRequest): Promise<Operation> => {
  const id = request.params.id ?? ''
  const operation = isOperationId(id) ? await loadOperation(app.ledger, id) : undefined
  if (operation === undefined) throw new Problem('OperationUnknown', 'No operation has this id.')
  return operation
}

const view = async (app: LostOperationDeps, operation: Operation, status: number): Promise<HttpResponseInit> =>
  json(status, await operationView(app.ledger, operation, app.clock()))

/** `GET /api/operations/{id}`: how far it is. */
export const operationDoor = (app: AppState<LostOperationDeps>): Door<PagesStarter> =>
  door('operation', app, async (ready: LostOperationDeps, request, starter: PagesStarter) =>
    view(ready, await endLost(ready, starter, await find(ready, request)), 200),
  )

/** Stopping what has ended is no mistake: it answers what became of it. */
const stop = async (app: LostOperationDeps, operation: Operation): Promise<HttpResponseInit> => {
  if (operation.status !== 'running') return view(app, operation, 200)
  if (isNamedRequest(operation)) {
    throw new Problem('OperationNotStoppable', 'Units that were asked for by name go on by themselves.')
  }
  await requestStop(app.ledger, operation.id, app.clock())
  return view(app, operation, 202)
}

/** `DELETE /api/operations/{id}`: stop at the next page. */
export const stopOperationDoor = (app: AppState<LostOperationDeps>): PlainDoor =>
  plainDoor('stopOperation', app, async (ready: LostOperationDeps, request) => stop(ready, await find(ready, request)))

/** Lines of one answer at most, whole pages of the report. */
const mostLines = 5000

const linesOf = async (
  ledger: Ledger,
  operation: Operation,
  from: number,
): Promise<{ readonly lines: readonly string[]; readonly next?: number }> => {
  if (isNamedRequest(operation)) {
    const units = await loadNamedUnits(ledger, operation.id)
    return { lines: units.map(({ kind, name }) => JSON.stringify({ kind, name, requested: true })) }
  }
  const found: string[] = []
  for await (const { page, lines } of ledger.report(operation.id, from)) {
    if (found.length > 0 && found.length + lines.length > mostLines) return { lines: found, next: page }
    found.push(...lines)
  }
  return { lines: found }
}

/** A page that nobody could have been sent to is the first. */
const pageAsked = (request: HttpRequest): number => {
  const page = Number(request.query.get('from') ?? 0)
  return Number.isSafeInteger(page) && page >= 0 && page < 1e8 ? page : 0
}

/**
 * `GET /api/operations/{id}/report`: NDJSON, a line a unit: what would change and why. A long report goes on at the
 * address in the `link` header, so that its length costs no memory.
 */
export const reportDoor = (app: AppState<LostOperationDeps>): PlainDoor =>
  plainDoor('operationReport', app, async (ready: LostOperationDeps, request) => {
    const operation = await find(ready, request)
    const { lines, next } = await linesOf(ready.ledger, operation, pageAsked(request))
    const link = `</api/operations/${operation.id}/report?from=${next}>; rel="next"`
    return {
      status: 200,
      headers: { ...noStore, 'content-type': 'application/x-ndjson', ...(next === undefined ? {} : { link }) },
      body: lines.map(line => `${line}\n`).join(''),
    }
  })
