/**
 * What the app emits today is what is kept: names of functions, and the shape of what travels through durable history.
 * `TWINSTREAM_RECORD=1 npm test -- test/replay/recorded-anew` keeps what it emits today; see test/fixtures/histories/README.md.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Action } from '../../local/host/durable/actions.ts'
import { startTwoRegions, type TwoRegions } from '../support/two-regions.ts'
import { registeredFunctions } from './functions.ts'
import { difference, folder, type Golden, goldenOf, goldens, orchestrators } from './golden.ts'
import { recordPasses } from './recorded.ts'
import { scripts } from './script.ts'

let ground: TwoRegions
let secrets: readonly string[]
const fresh: Record<string, readonly Golden[]> = {}
beforeAll(async () => {
  ground = await startTwoRegions()
  const { recorded, ...told } = await recordPasses(ground)
  secrets = told.secrets
  for (const [name, recordings] of Object.entries({ ...recorded, branches: await scripts() }))
    fresh[name] = await Promise.all(recordings.map(goldenOf))
  if (process.env.TWINSTREAM_RECORD) await keep()
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await ground.close()
})

/** Instances of this version may be under way anywhere: their histories are never replaced by others. */
const keep = async () => {
  for (const golden of existsSync(folder) ? Object.values(goldens()).flat() : [])
    if ((await difference(orchestrators[golden.orchestrator], golden)) !== undefined)
      throw new Error(
        'Orchestrators have changed in a way that breaks instances under way: raise defaultVersion first.',
      )
  mkdirSync(folder, { recursive: true })
  for (const [name, all] of Object.entries(fresh))
    writeFileSync(join(folder, `${name}.json`), `[\n${all.map(text).join(',\n')}\n]\n`)
}

/** One event a line. */
const text = ({ history, asked, ...one }: Golden): string => {
  const lines = (items: readonly unknown[]) => `[\n${items.map(item => JSON.stringify(item)).join(',\n')}\n]`
  return `${JSON.stringify(one).slice(0, -1)},\n"history":${lines(history)},\n"asked":${lines(asked)}}`
}

const actionsOf = (all: readonly Golden[]): readonly Action[] => all.flatMap(({ asked }) => asked.flat())

/** What an orchestration did, without values: `surveyAsset, timer`. */
const ways = (all: readonly Golden[]) =>
  all.map(({ orchestrator, asked }) => [orchestrator, ...asked.flat().map(one => one.functionName ?? one.actionType)])

/** Names and types of all that is in a value, e.g. `.unit.name: string`. */
const shape = (value: unknown, at = ''): readonly string[] => {
  if (Array.isArray(value)) return value.flatMap(one => shape(one, `${at}[]`))
  if (typeof value !== 'object' || value === null) return [`${at}: ${typeof value}`]
  return Object.entries(value).flatMap(([name, member]) => shape(member, `${at}.${name}`))
}

/** Inputs and results of activities, and inputs of orchestrators. */
const shapes = (all: readonly Golden[]): ReadonlySet<string> =>
  new Set([
    ...all.flatMap(({ orchestrator, input }) => shape(input, orchestrator)),
    ...actionsOf(all).flatMap(({ functionName = '', input }) => shape(input, functionName)),
    ...all.flatMap(({ history }) =>
      history.flatMap(({ TaskScheduledId: id, Result }) =>
        Result === undefined
          ? []
          : shape(JSON.parse(Result ?? 'null'), `${history.find(({ EventId }) => EventId === id)?.Name} answers`),
      ),
    ),
  ])

describe('what the app emits today', () => {
  it.each(['first-copy', 'in-sync', 'change', 'asked-again', 'withdrawal'])(
    'P3: goes the ways that are kept, by the same names: %s',
    name => {
      expect(ways(fresh[name] ?? [])).toEqual(ways(goldens()[name] ?? []))
    },
  )

  it('P3: hands on what instances under way hand on', () => {
    const passes = (all: Readonly<Record<string, readonly Golden[]>>) => shapes(Object.values(all).flat())
    expect(passes(fresh)).toEqual(passes(goldens()))
  })

  it('P3: every name that is kept is the name of a function, and none is of an entity', async () => {
    const functions = await registeredFunctions()
    const all = Object.values(goldens()).flat()
    const activities = actionsOf(all).flatMap(({ functionName }) => functionName ?? [])
    expect(functions.orchestrationTrigger).toEqual(new Set(all.map(one => one.orchestrator)))
    expect(functions.activityTrigger).toEqual(new Set(activities))
    expect(functions.entityTrigger).toBeUndefined()
  })

  it('P6: holds no secret', () => {
    const kept = JSON.stringify([fresh, goldens()])
    for (const secret of secrets) expect(kept).not.toContain(secret)
    expect(kept).not.toMatch(/[?&]sig=|token-of-/)
  })
})
