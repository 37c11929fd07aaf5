import { bodyJson, type HostRequest, type HostResponse, json, plainText } from '../http/message.ts'
import type { Registry } from '../registry.ts'
import { type ClientUrls, managementUrls } from './client-urls.ts'
import type { DurableEngine } from './engine.ts'
import { isFinished } from './instance.ts'
import { InstanceExistsError, newInstanceId } from './lifecycle.ts'
import { statusObject } from './status.ts'

export interface ClientApiParts {
  readonly engine: DurableEngine
  readonly registry: Registry
  readonly urls: ClientUrls
  readonly defaultVersion: string
}

/** Ids travel in addresses and tables: what the real back end refuses is refused here. */
const badId = (id: string): boolean =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it refuses
  id.length > 256 || id.startsWith('@') || /[/\\#?\u0000-\u001f\u007f-\u009f]/.test(id)

/** POST orchestrators/NAME[/ID]: 202 with the management addresses, or the output when the caller waits for it. */
export const start = async (
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

/** POST instances/ID/restart: the same orchestrator and input, under a new id unless told otherwise. */
export const restart = (parts: ClientApiParts, id: string, { searchParams }: URL): HostResponse => {
  const instance = parts.engine.store.instance(id)
  if (!instance) return { status: 404 }
  const newId = searchParams.get('restartWithNewInstanceId')?.toLowerCase() !== 'false' ? newInstanceId() : id
  const { name, input } = instance
  return create(parts, { id: newId, name, input, version: parts.defaultVersion }) ?? started(parts.urls, newId)
}
