/** Talks to the app in its host, with the keys of whoever may everything. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DoublingRule } from '../host/durable/doubling.ts'

export interface HostKeys {
  /** For Event Grid's webhook. */
  readonly eventGrid: string
  /** For the host's own administration. */
  readonly master: string
}

/** @param stateDir state folder of a host that has been started. */
export const readHostKeys = (stateDir: string): HostKeys => {
  const keys = JSON.parse(readFileSync(join(stateDir, 'keys.json'), 'utf8')) as {
    masterKey: string
    systemKeys: { eventgrid_extension: string }
  }
  return { eventGrid: keys.systemKeys.eventgrid_extension, master: keys.masterKey }
}

/** How often each function was started and how it ended, over all restarts of the host. */
export type FunctionCounts = Readonly<
  Record<string, { readonly started: number; readonly succeeded: number; readonly failed: number }>
>

/** A unit as `GET /api/units` shows it. */
export interface UnitView {
  readonly kind: string
  readonly name: string
  readonly state: 'idle' | 'running'
  readonly outcome?: string
  readonly code?: string
  readonly detail?: string
  readonly pending: boolean
  readonly run: number
  readonly observed: number
  /** While it is running and has something to copy. */
  readonly copying?: {
    readonly blobs: number
    readonly ofBlobs: number
    readonly bytes: number
    readonly ofBytes: number
    readonly bytesPerSecond?: number
    readonly eta?: string
  }
  readonly facts: { readonly blobs?: number; readonly bytes?: number; readonly millisecondsCopying?: number }
}

/** A function of the app as the host describes it. */
export interface FunctionView {
  readonly name: string
  readonly config: { readonly bindings: readonly { readonly type: string }[] }
}

/** What the process of the app has taken up. */
export interface HostUsage {
  /** Bytes. */
  readonly rss: number
  readonly heapUsed: number
  readonly handles: number
  /** Of orchestrations, finished ones too. */
  readonly instances: number
  readonly events: number
}

export interface HostApi {
  /** @param path e.g. `/api/units?route=east>west`. The key for writing is added. */
  fetch(path: string, init?: RequestInit): Promise<Response>
  /** Undefined where the app knows nothing of it. */
  unit(route: string, kind: string, name: string): Promise<UnitView | undefined>
  functions(): Promise<readonly FunctionView[]>
  counters(): Promise<FunctionCounts>
  usage(): Promise<HostUsage>
  /** Calls a timer function now. */
  fire(name: string): Promise<void>
  /** Moves the time of the app and its host on; storage keeps the machine's. Answers it: milliseconds since 1970. */
  advance(milliseconds: number): Promise<number>
  /** Lets some activities run twice from now on, until the process ends. Probability 0 ends it. */
  double(rule: DoublingRule): Promise<void>
  /** Activities that run twice and have not ended both times. */
  doubled(): Promise<number>
}

const checked = async (response: Response, what: string): Promise<Response> => {
  if (response.ok) return response
  throw new Error(`${what}: ${response.status} ${(await response.text()).slice(0, 300)}`)
}

/** @param functionKey opens every door of the app. */
export const hostApi = (url: string, keys: HostKeys, functionKey: string): HostApi => {
  const call = (path: string, key: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers)
    headers.set('x-functions-key', key)
    return fetch(`${url}${path}`, { ...init, headers })
  }
  return {
    fetch: (path, init) => call(path, functionKey, init),
    async unit(route, kind, name) {
      const query = new URLSearchParams({ route, kind, name })
      const response = await call(`/api/units?${query}`, functionKey)
      if (response.status === 404) {
        await response.arrayBuffer()
        return undefined
      }
      return (await (await checked(response, `GET /api/units of ${kind} ${name}`)).json()) as UnitView
    },
    async functions() {
      const response = await checked(await call('/admin/functions', keys.master), 'GET /admin/functions')
      return (await response.json()) as FunctionView[]
    },
    async counters() {
      const response = await checked(await call('/admin/host/counters', keys.master), 'GET /admin/host/counters')
      return ((await response.json()) as { functions: FunctionCounts }).functions
    },
    async usage() {
      const response = await checked(await call('/admin/host/usage', keys.master), 'GET /admin/host/usage')
      return (await response.json()) as HostUsage
    },
    async fire(name) {
      const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"input":""}' }
      const response = await checked(await call(`/admin/functions/${name}`, keys.master, init), `firing ${name}`)
      await response.arrayBuffer()
    },
    async advance(milliseconds) {
      const body = JSON.stringify({ advance: milliseconds / 1000 })
      const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body }
      const response = await checked(await call('/admin/host/clock', keys.master, init), 'moving the clock')
      return Date.parse(((await response.json()) as { now: string }).now)
    },
    async double(rule) {
      const body = JSON.stringify(rule)
      const init = { method: 'PUT', headers: { 'content-type': 'application/json' }, body }
      await (await checked(await call('/admin/host/doubling', keys.master, init), 'doubling activities')).arrayBuffer()
    },
    async doubled() {
      const response = await checked(await call('/admin/host/doubling', keys.master), 'GET /admin/host/doubling')
      return ((await response.json()) as { open: number }).open
    },
  }
}
