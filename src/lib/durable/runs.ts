/**
 * The only importer of durable-functions: registration of functions that start instances, of orchestrators and of
 * activities, and the few client calls the app needs. A change of the durable library ends here.
 */
import { app, type HttpMethod, type HttpRequest, type HttpResponseInit, type InvocationContext } from '@azure/functions'
import * as df from 'durable-functions'
import type { Start } from '../model.ts'
import { errorName, type Log, logEvent } from '../telemetry/log-event.ts'
import type { Orchestrator } from './orchestration.ts'

/** A call of the durable client that takes longer is given up: the client itself never does. */
const clientTimeout = 20_000

export interface Starter {
  /**
   * Starts an instance; one that exists already is success. Never throws: the ledger row is running without a pass,
   * so dispatch repeats a start that failed.
   */
  run(start: Start | undefined): Promise<boolean>
  /** Starts the orchestration of a resync or a sweep, from a cursor on. Throws when the task hub does not take it. */
  pages(operation: string, cursor?: string): Promise<void>
  /** Whether that orchestration is under way. */
  hasPages(operation: string): Promise<boolean>
  /** What became of an instance. */
  instance(instanceId: string): Promise<'running' | 'finished' | 'missing'>
  /** Removes the history of a finished instance, as far as that can be done now: history that stays does no harm. */
  purge(instanceId: string): Promise<void>
  /**
   * Removes finished instances that were created in a time, both ends included; one that has not finished stays.
   * @returns how many. Throws when the task hub does not answer in time; it may go on removing them.
   */
  purgeCreated(from: Date, to: Date): Promise<number>
}

const withinTime = async <T>(work: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('The task hub did not answer in time.')), clientTimeout)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

/** The host answers a start of a running instance with 500 and this text (durable contract section 7). */
const isDuplicate = (error: unknown) => error instanceof Error && /already exists/i.test(error.message)

const startOnce = async (client: df.DurableClient, name: string, instanceId: string, input: unknown) => {
  try {
    await withinTime(client.startNew(name, { instanceId, input }))
  } catch (error) {
    if (!isDuplicate(error)) throw error
  }
}

const { Completed, Failed, Canceled, Terminated } = df.OrchestrationRuntimeStatus
const ended: readonly df.OrchestrationRuntimeStatus[] = [Completed, Failed, Canceled, Terminated]

const instanceState = async (client: df.DurableClient, id: string): Promise<'running' | 'finished' | 'missing'> => {
  try {
    const status = await withinTime(client.getStatus(id))
    return status !== undefined && ended.includes(status.runtimeStatus) ? 'finished' : 'running'
  } catch (error) {
    // The client throws on 404 instead of answering undefined.
    if (error instanceof Error && /replied with HTTP 404 response/.test(error.message)) return 'missing'
    throw error
  }
}

/** An operation has one orchestration; a new one replaces it once it has ended. */
const pagesId = (operation: string): string => `pages-${operation}`

const starterOf = (client: df.DurableClient, context: InvocationContext): Starter => ({
  run: async start => {
    if (start === undefined) return true
    const name = start.input.unit.kind === 'asset' ? 'replicateAsset' : 'replicatePolicy'
    try {
      await startOnce(client, name, start.instanceId, start.input)
      return true
    } catch (error) {
      logEvent((...args) => context.warn(...args), 'startFailed', {
        instance: start.instanceId,
        error: errorName(error),
      })
      return false
    }
  },
  pages: (operation, cursor) =>
    startOnce(client, 'sweepPages', pagesId(operation), { operation, ...(cursor === undefined ? {} : { cursor }) }),
  hasPages: async operation => (await instanceState(client, pagesId(operation))) === 'running',
  instance: id => instanceState(client, id),
  purge: async instanceId => {
    try {
      await withinTime(client.purgeInstanceHistory(instanceId))
    } catch (error) {
      logEvent((...args) => context.warn(...args), 'purgeFailed', { instance: instanceId, error: errorName(error) })
    }
  },
  purgeCreated: async (createdTimeFrom, createdTimeTo) => {
    const filter = { createdTimeFrom, createdTimeTo, runtimeStatus: [...ended] }
    return (await withinTime(client.purgeInstanceHistoryBy(filter))).instancesDeleted
  },
})

const anyClient = (client: unknown) => client as df.DurableClient

export const eventGridFunction = (
  name: string,
  handler: (event: unknown, starter: Starter, context: InvocationContext) => Promise<void>,
): void =>
  df.app.client.eventGrid(name, {
    handler: (event: unknown, client: unknown, context: InvocationContext) =>
      handler(event, starterOf(anyClient(client), context), context),
  })

export const httpFunction = (
  name: string,
  options: { readonly methods: HttpMethod[]; readonly route: string; readonly authLevel: 'anonymous' | 'function' },
  handler: (request: HttpRequest, starter: Starter, context: InvocationContext) => Promise<HttpResponseInit>,
): void =>
  df.app.client.http(name, {
    ...options,
    handler: (request: HttpRequest, client: unknown, context: InvocationContext) =>
      handler(request, starterOf(anyClient(client), context), context),
  })

/** @param schedule six fields, UTC. */
export const timerFunction = (
  name: string,
  schedule: string,
  handler: (starter: Starter, context: InvocationContext) => Promise<void>,
): void =>
  df.app.client.timer(name, {
    schedule,
    handler: (_timer: unknown, client: unknown, context: InvocationContext) =>
      handler(starterOf(anyClient(client), context), context),
  })

export const orchestratorFunction = (name: string, orchestrator: Orchestrator<unknown>): void => {
  df.app.orchestration(name, orchestrator as unknown as df.OrchestrationHandler)
}

/** An activity gets a starter too: a pass asks for the units it depends on, and a close lets in what waits. */
export const activityFunction = <I, O>(
  name: string,
  handler: (input: I, tools: { readonly starter: Starter; readonly log: Log }) => Promise<O>,
): void => {
  df.app.activity(name, {
    extraInputs: [df.input.durableClient()],
    handler: (input: unknown, context: InvocationContext) =>
      handler(input as I, {
        starter: starterOf(df.getClient(context), context),
        log: (...args) => context.log(...args),
      }),
  })
}

/** For functions that need no task hub. */
export const plainHttpFunction = (
  name: string,
  options: { readonly methods: HttpMethod[]; readonly route: string; readonly authLevel: 'anonymous' | 'function' },
  handler: (request: HttpRequest, context: InvocationContext) => Promise<HttpResponseInit>,
): void => app.http(name, { ...options, handler })
