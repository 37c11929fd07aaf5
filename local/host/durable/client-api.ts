import { bodyJson, type HostRequest, type HostResponse, json, plainText } from '../http/message.ts'
import type { Registry } from '../registry.ts'
import { type ClientUrls, managementUrls } from './client-urls.ts'
import type { Delivery, DurableEngine } from './engine.ts'
import { isFinished } from './instance.ts'
import { list, purgeMany } from './instance-lists.ts'
import { InstanceExistsError, newInstanceId } from './lifecycle.ts'
import { foldHistory, statusCode, statusObject } from './status.ts'

export interface ClientApiParts {
  readonly engine: DurableEngine
  readonly registry: Registry
  readonly urls: ClientUrls
  readonly defaultVersion: string
}

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

/** Ids travel in addresses and tables: what the real back end refuses is refused here. */
const badId = (id: string): boolean =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it refuses
  id.length > 256 || id.startsWith('@') || /[/\\#?\u0000-\u001f\u007f-\u009f]/.test(id)

const start = async (
  parts: ClientApiParts,
  functionName: string,
  givenId: string | undefined,
  request: HostRequest,
): Promise<HostResponse> => {
  const fn = parts.registry.find(functionName, 'orchestrationTrigger')
  if (!fn) return plainText(400, `The orchestrator function '${functionName}' doesn't exist or is disabled.`)
  const input = bodyJson(request)
  if (input === undefined) return plainText(400, 'Invalid JSON content')
  const query = request.url.searchParams
  const id = givenId ?? newInstanceId()
  if (badId(id)) return plainText(400, 'Instance ids have at most 256 characters, no leading @ and none of / \\ # ?')
  const version = query.get('version') ?? parts.defaultVersion
  const refused = create(parts, { id, name: fn.name, version, input: input === null ? null : JSON.stringify(input) })
  if (refused) return refused
  const seconds = Number(query.get('timeout') ?? 0)
  return (seconds > 0 && (await outputWithin(parts, id, seconds * 1000, query))) || started(parts.urls, id)
}

const create = (
  { engine }: ClientApiParts,
  instance: Parameters<DurableEngine['create']>[0],
): HostResponse | undefined => {
  try {
    engine.create(instance)
    return undefined
  } catch (error) {
    if (!(error instanceof InstanceExistsError)) throw error
    return json(500, {
      Message: 'Something went wrong while processing your request',
      ExceptionMessage: error.message,
      ExceptionType: 'System.InvalidOperationException',
      StackTrace: '',
    })
  }
}

const started = (urls: ClientUrls, id: string): HostResponse => {
  const { rewindPostUri: _absent, ...links } = managementUrls(urls, encodeURIComponent(id))
  return json(202, { ...links, id }, { location: links.statusQueryGetUri, 'retry-after': '10' })
}

const outputWithin = async (
  { engine }: ClientApiParts,
  id: string,
  milliseconds: number,
  query: URLSearchParams,
): Promise<HostResponse | undefined> => {
  const interval = Math.max(Number(query.get('pollingInterval') ?? 1) * 1000, 50)
  const end = Date.now() + milliseconds
  for (;;) {
    const instance = engine.store.db.closed ? undefined : engine.store.instance(id)
    if (!instance) return undefined
    if (instance.status === 'Completed') return json(200, JSON.parse(instance.output ?? 'null'))
    if (isFinished(instance.status)) return json(instance.status === 'Failed' ? 500 : 200, statusObject(instance, true))
    if (Date.now() + interval > end) return undefined
    await new Promise(resolve => setTimeout(resolve, interval))
  }
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

const restart = (parts: ClientApiParts, id: string, { searchParams }: URL): HostResponse => {
  const instance = parts.engine.store.instance(id)
  if (!instance) return { status: 404 }
  const newId = flag(searchParams, 'restartWithNewInstanceId', true) ? newInstanceId() : id
  const { name, input } = instance
  return create(parts, { id: newId, name, input, version: parts.defaultVersion }) ?? started(parts.urls, newId)
}

const purgeOne = ({ engine }: ClientApiParts, id: string): HostResponse => {
  const instance = engine.store.instance(id)
  if (!instance || !isFinished(instance.status)) return { status: 404 }
  engine.store.write(() => engine.store.remove(id))
  return json(200, { instancesDeleted: 1 })
}
