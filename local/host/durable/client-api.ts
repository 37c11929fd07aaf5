import { bodyJson, type HostRequest, type HostResponse, json, plainText } from '../http/message.ts'
import { type ClientApiParts, restart, start } from './client-start.ts'
import { managementUrls } from './client-urls.ts'
import type { Delivery, DurableEngine } from './engine.ts'
import { isFinished } from './instance.ts'
import { list, purgeMany } from './instance-lists.ts'
import { foldHistory, statusCode, statusObject } from './status.ts'

/**
 * The HTTP API that durable clients speak (contract durable section 7).
 * @param path decoded segments below the base address
 */
export const answerClient = async (
  parts: ClientApiParts,
  path: readonly string[],
  request: HostRequest,
): Promise<HostResponse> => {
  const [kind, id, operation, detail] = path
  const { method } = request
  if (kind === 'orchestrators' && id && method === 'POST' && path.length <= 3)
    return start(parts, id, operation, request)
  if (kind === 'entities') return plainText(501, 'Entities are not carried out by the development host.')
  if (kind !== 'instances') return { status: 404 }
  if (!id) {
    if (method === 'GET') return list(parts.engine.store, request)
    return method === 'DELETE' ? purgeMany(parts.engine.store, request.url.searchParams) : { status: 404 }
  }
  if (!operation) {
    if (method === 'GET') return status(parts, id, request.url)
    return method === 'DELETE' ? purgeOne(parts, id) : { status: 404 }
  }
  return method === 'POST' ? command(parts, id, operation.toLowerCase(), detail, request) : { status: 404 }
}

const command = (
  parts: ClientApiParts,
  id: string,
  operation: string,
  detail: string | undefined,
  request: HostRequest,
): HostResponse => {
  const { engine } = parts
  const Reason = request.url.searchParams.get('reason') ?? ''
  switch (operation) {
    case 'raiseevent':
      return detail ? raiseEvent(engine, id, detail, request) : plainText(400, 'An event needs a name.')
    case 'terminate':
      return delivered(engine.deliver(id, 'ExecutionTerminated', { Input: Reason }))
    case 'suspend':
      return delivered(engine.deliver(id, 'ExecutionSuspended', { Reason }))
    case 'resume':
      return delivered(engine.deliver(id, 'ExecutionResumed', { Reason }))
    case 'restart':
      return restart(parts, id, request.url)
    case 'rewind':
      if (!engine.store.instance(id)) return { status: 404 }
      return plainText(501, 'Rewind is not carried out by the development host.')
    default:
      return { status: 404 }
  }
}

const deliveryStatus: Record<Delivery, number> = { accepted: 202, unknown: 404, finished: 410 }

const delivered = (delivery: Delivery): HostResponse => ({ status: deliveryStatus[delivery] })

const raiseEvent = (engine: DurableEngine, id: string, name: string, request: HostRequest): HostResponse => {
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
    return plainText(400, 'Only application/json request content is supported')
  }
  const value = bodyJson(request)
  if (value === undefined) return plainText(400, 'Invalid JSON content')
  const Input = request.body.length === 0 ? null : JSON.stringify(value)
  return delivered(engine.deliver(id, 'EventRaised', { Name: name, Input }))
}

const flag = (query: URLSearchParams, name: string, fallback: boolean): boolean =>
  (query.get(name) ?? String(fallback)).toLowerCase() === 'true'

const status = ({ engine, urls }: ClientApiParts, id: string, { searchParams }: URL): HostResponse => {
  const instance = engine.store.instance(id)
  if (!instance) return { status: 404 }
  const history = flag(searchParams, 'showHistory', false)
    ? foldHistory(engine.store.history(id), flag(searchParams, 'showHistoryOutput', false))
    : undefined
  const code = statusCode(instance, flag(searchParams, 'returnInternalServerErrorOnFailure', false))
  const location = managementUrls(urls, encodeURIComponent(id)).statusQueryGetUri
  const headers: Record<string, string> = code === 202 ? { location, 'retry-after': '5' } : {}
  return json(code, statusObject(instance, flag(searchParams, 'showInput', true), history), headers)
}

const purgeOne = ({ engine }: ClientApiParts, id: string): HostResponse => {
  const instance = engine.store.instance(id)
  if (!instance || !isFinished(instance.status)) return { status: 404 }
  engine.store.write(() => engine.store.remove(id))
  return json(200, { instancesDeleted: 1 })
}
