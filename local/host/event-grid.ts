import type { Counters } from './counters.ts'
import { messageOf } from './errors.ts'
import { bodyJson, type HostRequest, type HostResponse, json, plainText } from './http/message.ts'
import type { Invoke } from './invoke.ts'
import type { Log } from './log.ts'
import type { RegisteredFunction, Registry } from './registry.ts'
import { isRecord } from './settings-file.ts'

export interface EventGridParts {
  readonly registry: Registry
  readonly invoke: Invoke
  readonly counters: Counters
  readonly log: Log
}

/** The webhook behind Event Grid triggers (contract host section 5.3, events section 6.2). */
export const answerEventGrid = async (parts: EventGridParts, request: HostRequest): Promise<HostResponse> => {
  const name = request.url.searchParams.get('functionName') ?? ''
  const fn = parts.registry.find(name, 'eventGridTrigger')
  if (!fn) return plainText(404, `cannot find function: '${name}'`)
  if (request.method === 'OPTIONS') return cloudEventsHandshake(request)
  if (request.method !== 'POST') return { status: 405, headers: { allow: 'POST, OPTIONS' } }
  const type = request.headers['aeg-event-type']
  switch (typeof type === 'string' ? type.toLowerCase() : '') {
    case 'subscriptionvalidation':
      return validation(bodyJson(request))
    case 'notification':
      return notification(parts, fn, bodyJson(request))
    case 'unsubscribe':
      return { status: 202 }
    default:
      return { status: 400 }
  }
}

const cloudEventsHandshake = ({ headers }: HostRequest): HostResponse => {
  const asked = headers['webhook-request-origin']
  const known = typeof asked === 'string' && /^eventgrid\.azure\.[a-z]+$/i.test(asked)
  return { status: 200, headers: { 'webhook-allowed-origin': known ? asked : 'eventgrid.azure.net' } }
}

const validation = (body: unknown): HostResponse => {
  const event: unknown = Array.isArray(body) ? body[0] : body
  const data = isRecord(event) ? event.data : undefined
  const code = isRecord(data) ? data.validationCode : undefined
  return typeof code === 'string' ? json(200, { validationResponse: code }) : plainText(400, 'No validationCode.')
}

/** One invocation an event, all in parallel; one failure makes Event Grid send the whole payload again. */
const notification = async (parts: EventGridParts, fn: RegisteredFunction, body: unknown): Promise<HostResponse> => {
  const events: unknown[] = Array.isArray(body) ? body : [body]
  if (!events.every(isRecord)) return plainText(400, 'The body is neither an event nor an array of events in JSON.')
  const outcomes = await Promise.allSettled(events.map(event => deliver(parts, fn, event)))
  const failed = outcomes.find(outcome => outcome.status === 'rejected')
  return failed ? plainText(500, messageOf(failed.reason)) : { status: 202 }
}

const deliver = async (
  { invoke, counters, log }: EventGridParts,
  fn: RegisteredFunction,
  event: Record<string, unknown>,
): Promise<void> => {
  counters.countLater(fn.name, 'started')
  try {
    const metadata = event.data === undefined ? {} : { data: { json: JSON.stringify(event.data) } }
    await invoke(fn, { data: { string: JSON.stringify(event) }, metadata })
    counters.countLater(fn.name, 'succeeded')
  } catch (error) {
    counters.countLater(fn.name, 'failed')
    log('error', `Function.${fn.name}`, `failed: ${messageOf(error)}`)
    throw error
  }
}
