import type { Counters } from './counters.ts'
import { type Doubling, readDoublingRule } from './durable/doubling.ts'
import { messageOf } from './errors.ts'
import { bodyJson, type HostRequest, type HostResponse, json, problem } from './http/message.ts'
import type { Invoke } from './invoke.ts'
import { type Keys, newKey } from './keys.ts'
import type { Log } from './log.ts'
import type { RegisteredFunction, Registry } from './registry.ts'
import { isRecord } from './settings-file.ts'
import type { Timer } from './timers.ts'

export interface AdminParts {
  readonly registry: Registry
  readonly timers: ReadonlyMap<string, Timer>
  readonly counters: Counters
  readonly invoke: Invoke
  readonly keys: Keys
  readonly log: Log
  readonly id: string
  /** Instances of orchestrations that are kept, and events of their histories. */
  readonly kept: () => { readonly instances: number; readonly events: number }
  /** Moves the time of host and app on. */
  readonly advance: (milliseconds: number) => void
  readonly doubling: Doubling
}

/** Seconds of a hundred years. */
const longestAdvance = 3_155_760_000

/**
 * The part of the host's administration API that local tools use (contract host section 5.6), and counters.
 * @param path decoded segments below /admin
 */
export const answerAdmin = (parts: AdminParts, path: readonly string[], request: HostRequest): HostResponse => {
  const { method } = request
  const [area, name] = path
  const where = path.join('/').toLowerCase()
  if (where === 'host/ping') return { status: 200 }
  if (where === 'host/status') return json(200, hostStatus(parts.id))
  if (where === 'host/counters' && method === 'GET') return json(200, { functions: counts(parts) })
  if (where === 'host/usage' && method === 'GET') return json(200, usage(parts))
  if (where === 'host/clock' && method === 'POST') return advance(parts, request)
  if (where === 'host/doubling') return double(parts.doubling, request)
  if (where === 'functions' && method === 'GET') return json(200, parts.registry.all().map(describe))
  if (area?.toLowerCase() !== 'functions' || !name) return noAddress
  const fn = parts.registry.find(name)
  if (!fn) return problem(404, `No function has the name '${name}'.`)
  if (path.length === 4 && path[2]?.toLowerCase() === 'keys') return setKey(parts.keys, fn, path[3] ?? '', request)
  if (path.length > 2) return noAddress
  if (method === 'GET') return json(200, describe(fn))
  return method === 'POST' ? fire(parts, fn, request) : problem(405, 'Use GET or POST.', { allow: 'GET, POST' })
}

const noAddress = problem(404, 'No such admin address.')

/** `PUT /admin/functions/{name}/keys/{key}` {value?}; the host makes a value where none is given. */
const setKey = (keys: Keys, fn: RegisteredFunction, name: string, request: HostRequest): HostResponse => {
  if (request.method !== 'PUT') return problem(405, 'Use PUT.', { allow: 'PUT' })
  const body = bodyJson(request)
  const value = isRecord(body) ? (body.value ?? newKey()) : undefined
  if (typeof value !== 'string' || value === '') return problem(400, 'The body must be JSON: {"value": "text"}.')
  return json(keys.setFunctionKey(fn.name, name, value) ? 201 : 200, { name, value })
}

/** `{"advance": seconds}`, as the simulator's clock takes it; back it does not go. */
const advance = (parts: AdminParts, request: HostRequest): HostResponse => {
  const body = bodyJson(request)
  const seconds = isRecord(body) ? body.advance : undefined
  if (typeof seconds !== 'number' || !(seconds >= 0 && seconds <= longestAdvance))
    return problem(400, `The body must be JSON: {"advance": seconds}, 0 to ${longestAdvance}.`)
  parts.advance(seconds * 1000)
  return json(200, { now: new Date().toISOString() })
}

/** `PUT {"probability", "seed", "latest"}`, see `DoublingRule`; both answer how many activities are still open. */
const double = (doubling: Doubling, request: HostRequest): HostResponse => {
  if (request.method === 'PUT') {
    const body = bodyJson(request)
    const rule = isRecord(body) ? readDoublingRule(body) : undefined
    if (rule === undefined)
      return problem(400, 'The body must be JSON: {"probability": 0 to 1, "seed": number, "latest": milliseconds}.')
    doubling.set(rule)
  } else if (request.method !== 'GET') return problem(405, 'Use GET or PUT.', { allow: 'GET, PUT' })
  return json(200, { open: doubling.open })
}

const hostStatus = (id: string) => ({
  id,
  state: 'Running',
  version: '4.1048.200',
  processUptime: Math.round(process.uptime() * 1000),
})

/** Bytes of memory, open handles, and what is kept of orchestrations. */
const usage = ({ kept }: AdminParts) => {
  const { rss, heapUsed } = process.memoryUsage()
  return { rss, heapUsed, handles: process.getActiveResourcesInfo().length, ...kept() }
}

/** Functions that were never called count too. */
const counts = ({ registry, counters }: AdminParts) => ({
  ...Object.fromEntries(registry.all().map(({ name }) => [name, { started: 0, succeeded: 0, failed: 0 }])),
  ...counters.all(),
})

const describe = ({ name, bindings }: RegisteredFunction) => ({
  name,
  isDisabled: false,
  config: { name, bindings: Object.entries(bindings).map(([key, binding]) => ({ ...binding, name: key })) },
})

const fire = (parts: AdminParts, fn: RegisteredFunction, request: HostRequest): HostResponse => {
  const timer = parts.timers.get(fn.name)
  if (timer) {
    timer.trigger()
    return { status: 202 }
  }
  const { type } = fn.trigger.binding
  if (type === 'httpTrigger') return problem(400, 'Call an HTTP function at its own address.')
  if (type === 'orchestrationTrigger') return problem(400, 'Start an orchestration through a durable client.')
  const body = bodyJson(request)
  const input = isRecord(body) ? (body.input ?? '') : ''
  if (body === undefined || typeof input !== 'string') return problem(400, 'The body must be JSON: {"input": "text"}.')
  void run(parts, fn, input)
  return { status: 202 }
}

const run = async ({ counters, invoke, log }: AdminParts, fn: RegisteredFunction, input: string): Promise<void> => {
  counters.countLater(fn.name, 'started')
  try {
    await invoke(fn, { data: input === '' ? {} : { string: input } })
    counters.countLater(fn.name, 'succeeded')
  } catch (error) {
    counters.countLater(fn.name, 'failed')
    log('error', `Function.${fn.name}`, `failed: ${messageOf(error)}`)
  }
}
