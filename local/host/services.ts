import { randomBytes } from 'node:crypto'
import type { AppDirectory } from './app-loader.ts'
import { moveClock } from './clock.ts'
import type { CoreApi } from './core-api.ts'
import { Counters } from './counters.ts'
import type { Database } from './database.ts'
import { createDispatch } from './dispatch.ts'
import { type ClientUrls, clientInput } from './durable/client-urls.ts'
import { Doubling } from './durable/doubling.ts'
import { DurableEngine } from './durable/engine.ts'
import { DurableStore } from './durable/store.ts'
import { createHttpFunctions } from './http/functions.ts'
import { createInvoke } from './invoke.ts'
import { Keys } from './keys.ts'
import type { Log } from './log.ts'
import type { HostOptions } from './options.ts'
import type { Registry } from './registry.ts'
import { Schedules } from './schedules.ts'
import { Timer } from './timers.ts'

interface Ground {
  readonly db: Database
  readonly log: Log
  readonly registry: Registry
  readonly core: CoreApi
  readonly port: number
  readonly onFatal: (error: unknown) => void
}

export type Services = ReturnType<typeof assemble>

/** Puts the parts of the host together around a loaded app; nothing runs before `start`. */
export const assemble = (
  options: HostOptions,
  app: AppDirectory,
  { db, log, registry, core, port, onFatal }: Ground,
) => {
  let stopping = false
  const { host } = app
  const names = registry.withTrigger('httpTrigger').map(fn => fn.name)
  const keys = Keys.open(options.state, names)
  const counters = new Counters(db)
  const urls: ClientUrls = {
    origin: `http://localhost:${port}`,
    hubName: host.hubName,
    systemKey: keys.systemKey('durabletask_extension'),
  }
  const invoke = createInvoke(core, () => clientInput(urls))
  const shared = { registry, invoke, counters, log }
  const store = new DurableStore(db)
  const doubling = new Doubling(log)
  const engine = new DurableEngine({
    ...shared,
    store,
    doubling,
    versioning: host.versioning,
    maxActivities: host.maxActivities,
    maxOrchestrators: host.maxOrchestrators,
    onFatal,
  })
  const timerParts = { ...shared, schedules: new Schedules(db), pace: paceOf(options), settings: process.env, onFatal }
  const timers = new Map(registry.withTrigger('timerTrigger').map(fn => [fn.name, new Timer(fn, timerParts)]))
  const auth = options.auth ?? false
  const advance = (milliseconds: number) => {
    moveClock(milliseconds)
    engine.clockMoved()
    for (const timer of timers.values()) timer.clockMoved()
  }
  const respond = createDispatch({
    admin: { ...shared, keys, timers, id: randomBytes(8).toString('hex'), kept: () => store.kept(), advance, doubling },
    client: { engine, registry, urls, defaultVersion: host.versioning.defaultVersion },
    eventGrid: shared,
    functions: createHttpFunctions({ ...shared, routePrefix: host.routePrefix, keys: auth ? keys : undefined }),
    keys,
    auth,
    stopping: () => stopping,
  })
  return {
    respond,
    counters,
    start: () => {
      engine.start()
      for (const timer of timers.values()) timer.start()
    },
    drain: async () => {
      stopping = true
      await Promise.all([engine.stop(), ...[...timers.values()].map(timer => timer.stop())])
    },
  }
}

const paceOf = (options: HostOptions): number => {
  const pace = options.pace ?? Number(process.env.TWINSTREAM_PACE ?? 1)
  return Number.isFinite(pace) && pace > 0 ? pace : 1
}
