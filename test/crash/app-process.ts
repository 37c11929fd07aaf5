/** One process of the app: composed anew from its settings, as after a start, behind gates at which it may die. */
import { randomUUID } from 'node:crypto'
import { vi } from 'vitest'
import type { Tools } from '../../src/lib/durable/guard.ts'
import type { Starter } from '../../src/lib/durable/runs.ts'
import type { Unit } from '../../src/lib/model.ts'
import type { Gates } from './gates.ts'
import type { Asked } from './scenario.ts'
import type { TaskHub } from './task-hub.ts'

type ActivityAnswer = { readonly result: unknown } | { readonly failed: string } | { readonly died: true }

export interface AppProcess {
  readonly dead: boolean
  activity(name: string, input: unknown, hub: TaskHub): Promise<ActivityAnswer>
  /** What an event or a person does; false where the process died of it, so that it will be delivered again. */
  request(unit: Unit, hub: TaskHub, asked?: Asked): Promise<boolean>
  /** What the timer does every minute. */
  dispatch(hub: TaskHub): Promise<boolean>
}

const never = new Promise<never>(() => {})

/** The hub as a process sees it: a dead one reaches it no more. */
const starterOf = (hub: TaskHub, gates: Gates): Starter => {
  const alive = async <T>(work: () => T | Promise<T>): Promise<T> => (gates.dead ? never : work())
  return {
    run: start =>
      alive(async () => {
        if (start !== undefined) await hub.start(start)
        return true
      }),
    pages: () => alive(() => {}),
    hasPages: () => alive(() => false),
    instance: id => alive(() => hub.state(id)),
    purge: () => alive(() => {}),
    purgeCreated: () => alive(() => 0),
  }
}

/** @param environment settings that lead through the gates. */
export const startProcess = async (
  environment: Readonly<Record<string, string>>,
  gates: Gates,
): Promise<AppProcess> => {
  vi.resetModules()
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
  const { app } = await import('../../src/lib/app.ts')
  const { createActivities } = await import('../../src/lib/durable/activities.ts')
  const { dispatchRoute } = await import('../../src/lib/durable/dispatch.ts')
  if (app.state === 'broken') throw new Error(JSON.stringify(app.issues))
  const { ledger, pairs, sweep, clock, routes, telemetry } = await app.whole()
  const activities = createActivities({
    ledger,
    pair: pairs.pair,
    sweep,
    clock,
    measure: telemetry.measure,
  }) as unknown as Readonly<Record<string, (input: unknown, tools: Tools) => Promise<unknown>>>
  const log = () => {}
  const untilDeath = <T>(work: Promise<T>): Promise<T | undefined> =>
    Promise.race([work, gates.died.then(() => undefined)])
  return {
    get dead() {
      return gates.dead
    },
    async activity(name, input, hub) {
      const run = activities[name]
      if (run === undefined) throw new Error(`There is no activity ${name}.`)
      const answer = run(input, { starter: starterOf(hub, gates), log }).then(
        result => ({ result }),
        (error: unknown) => ({ failed: String(error) }),
      )
      return (await untilDeath(answer)) ?? { died: true }
    },
    async request(unit, hub, asked = { reason: 'jobFinished' }) {
      const request = { ...asked, priority: 'event', finishedAt: Date.now() } as const
      const work = async () => starterOf(hub, gates).run(await ledger.request(unit, request))
      return (await untilDeath(work())) !== undefined
    },
    async dispatch(hub) {
      const deps = { ledger, pair: pairs.pair, clock, sweep, routes, newId: randomUUID }
      const work = async () => {
        for (const route of routes.values()) await dispatchRoute(deps, starterOf(hub, gates), route, log)
        return true
      }
      return (await untilDeath(work())) !== undefined
    },
  }
}
