/** One request to the simulated Resource Manager, from the faults it meets to its answer. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { GivenAnswer } from './answer-record.ts'
import { type Answer, errorAnswer, faultAnswer } from './arm-answer.ts'
import { bucketOf, type Call, identify, traitsOf } from './arm-call.ts'
import { badRequest } from './arm-errors.ts'
import { type CarriedOut, carryOut, type OperationServices } from './arm-operation.ts'
import { ticksPerMillisecond } from './clock.ts'
import type { Counters } from './counters.ts'
import type { FaultKind } from './fault-kinds.ts'
import type { Fault } from './fault-rules.ts'
import { type Faults, waitOut } from './faults.ts'
import { BodyTooLarge, cutConnection, headerOf, readBody, send } from './http.ts'
import type { Kernel } from './kernel.ts'
import { largestBody } from './limits.ts'
import { disturbsList, sendDisturbed } from './list-faults.ts'
import { accountAsOf } from './stale-reads.ts'
import type { Account } from './state.ts'
import type { Traffic } from './traffic.ts'

export interface ArmServices extends OperationServices {
  readonly faults: Faults
  readonly counters: Counters
  readonly traffic: Traffic
  /** Takes note of the answers that are not made by faults. */
  readonly recordAnswer?: (answer: GivenAnswer) => void
}

const commonHeaders = (request: IncomingMessage, kernel: Kernel): Record<string, string> => {
  const id = kernel.uuid()
  const client = headerOf(request, 'x-ms-client-request-id')
  return {
    'cache-control': 'no-cache',
    'x-ms-request-id': id,
    'x-ms-correlation-request-id': id,
    'x-ms-routing-request-id': `SIMULATOR:${id}`,
    ...(client === undefined ? {} : { 'x-ms-client-request-id': client }),
  }
}

/** The body, or the answer to one that is too large. */
const readText = async (request: IncomingMessage): Promise<string | Answer> => {
  try {
    return await readBody(request, largestBody)
  } catch (error) {
    if (error instanceof BodyTooLarge) return errorAnswer(badRequest(error.message), {})
    throw error
  }
}

/** The account as this request sees it. */
const seenBy = ({ account }: Call, kernel: Kernel, struck: readonly Fault[]): Account | undefined => {
  const seconds = Math.max(0, ...struck.map(fault => (fault.kind === 'staleRead' ? (fault.seconds ?? 0) : 0)))
  if (account === undefined || seconds === 0) return account
  return accountAsOf(account, kernel.clock.ticks() - BigInt(Math.round(seconds * 1000)) * ticksPerMillisecond)
}

/** The hands of whoever sets the scene of a test: no fault strikes a request with this header, of value `none`. */
const faultsHeader = 'x-simulator-faults'

/** Answers a request, or does to it what the faults say. */
export const handleArm = async (
  services: ArmServices,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const { kernel, faults, counters, traffic } = services
  const began = Date.now()
  const call = identify(request, kernel)
  const spared = headerOf(request, faultsHeader) === 'none'
  const struck = spared ? [] : faults.decide(call.key, 'control', call.operation, traitsOf(call))
  const has = (...kinds: FaultKind[]) => struck.some(({ kind }) => kinds.includes(kind))
  await waitOut(struck, kernel.clock)
  const bucket = bucketOf(call, kernel.clock.ticks())
  if (has('outage', 'reset')) {
    counters.count('accounts', call.key, call.operation, undefined, bucket)
    return cutConnection(request)
  }
  const refused = struck.map(faultAnswer).find(found => found !== undefined)
  const text = await readText(request)
  const lost = has('lostReply')
  /** Does what is asked for once, and notes it. */
  const answerOnce = async (isLost: boolean) => {
    const seen = { ...call, account: seenBy(call, kernel, struck) }
    const { answer, sent }: CarriedOut =
      refused !== undefined
        ? { answer: refused, sent: undefined }
        : typeof text === 'string'
          ? await carryOut(services, seen, headerOf(request, 'authorization'), text)
          : { answer: text, sent: undefined }
    if (refused === undefined)
      services.recordAnswer?.({
        operation: call.operation,
        apiVersion: call.url.searchParams.get('api-version'),
        status: answer.status,
        response: answer.body,
      })
    const body = answer.body === undefined ? undefined : JSON.stringify(answer.body)
    const headers = { ...commonHeaders(request, kernel), ...answer.headers }
    traffic.add({
      account: call.key,
      operation: call.operation,
      method: call.method,
      url: call.url.href,
      request: sent,
      status: answer.status,
      headers,
      response: answer.body,
      began,
      at: Date.now(),
      bytes: (body?.length ?? 0) + (typeof text === 'string' ? text.length : 0),
    })
    counters.count('accounts', call.key, call.operation, isLost ? undefined : answer.status, bucket)
    return { status: answer.status, headers, body }
  }
  if (has('repeatedWrite') && refused === undefined) await answerOnce(true)
  const { status, headers, body } = await answerOnce(lost)
  if (lost) return cutConnection(request)
  if (body !== undefined && status === 200 && disturbsList(struck))
    return sendDisturbed(response, { status, headers, body: Buffer.from(body) }, struck, kernel.clock)
  send(response, status, headers, body)
}
