/**
 * Golden histories: what orchestrators of a release asked for, event by event, on the durable library's own engine. They
 * are kept by `defaultVersion` of host.json, which says which instances may go on under which code.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { OrchestrationHandler } from 'durable-functions'
import type { Action } from '../../local/host/durable/actions.ts'
import { EventType, eventTypeName, type HistoryEvent, played } from '../../local/host/durable/history.ts'
import { replicateAsset } from '../../src/lib/durable/orchestrators/replicate-asset.ts'
import { replicatePolicy } from '../../src/lib/durable/orchestrators/replicate-policy.ts'
import { sweepPages } from '../../src/lib/durable/orchestrators/sweep-pages.ts'
import { ask } from '../support/sdk-world.ts'

export const orchestrators = { replicateAsset, replicatePolicy, sweepPages } as unknown as Readonly<
  Record<OrchestratorName, OrchestrationHandler>
>
export type OrchestratorName = 'replicateAsset' | 'replicatePolicy' | 'sweepPages'

/** One execution of an orchestration: as many calls of the orchestrator as there are `OrchestratorStarted` in it. */
export interface Recording {
  readonly orchestrator: OrchestratorName
  readonly input: unknown
  readonly history: readonly HistoryEvent[]
}

/** A recording, and what each call of the orchestrator asked for that the calls before had not. */
export interface Golden extends Recording {
  readonly asked: readonly (readonly Action[])[]
  readonly output: unknown
}

const root = join(import.meta.dirname, '../fixtures/histories')

/** `defaultVersion` of host.json. */
export const version: string = JSON.parse(readFileSync(join(import.meta.dirname, '../../host.json'), 'utf8')).extensions
  .durableTask.defaultVersion

export const folder = join(root, version)

/** All that is kept of this version, by the name of its file. */
export const goldens = (): Readonly<Record<string, readonly Golden[]>> =>
  Object.fromEntries(
    readdirSync(folder).map(file => [file.replace('.json', ''), JSON.parse(readFileSync(join(folder, file), 'utf8'))]),
  )

/** How many of the calls are in the history up to an event: one that has only told the time has asked for nothing yet. */
const callsIn = (history: readonly HistoryEvent[]): number =>
  history.filter(({ EventType: type }) => type === EventType.OrchestratorStarted).length -
  (history.at(-1)?.EventType === EventType.OrchestratorStarted ? 1 : 0)

/** As an orchestrator sees it: what earlier calls have seen is marked. */
const seenBy = (history: readonly HistoryEvent[]): HistoryEvent[] => {
  const call = history.findLastIndex(({ EventType: type }) => type === EventType.OrchestratorStarted)
  return history.map((event, at) => (at < call ? played(event) : event))
}

const answered = async (generator: OrchestrationHandler, { input, history }: Recording, events: number) => {
  const answer = await ask(generator, seenBy(history.slice(0, events)), input)
  return 'crashed' in answer || answer.error !== undefined ? undefined : answer
}

export const goldenOf = async (recording: Recording): Promise<Golden> => {
  const { orchestrator, history } = recording
  const asked: Action[][] = []
  let output: unknown
  for (let events = 2; events <= history.length; events += 1) {
    if (callsIn(history.slice(0, events)) === asked.length) continue
    const answer = await answered(orchestrators[orchestrator], recording, events)
    if (answer === undefined) throw new Error(`${orchestrator} does not replay its own history.`)
    asked.push(answer.actions.slice(asked.flat().length))
    output = answer.output ?? null
  }
  return { orchestrator, input: recording.input, history: history.map(unplayed), asked, output }
}

const unplayed = (event: HistoryEvent): HistoryEvent => ({ ...event, IsPlayed: false })

/**
 * Cuts the history after every event and lets the orchestrator go on from there.
 * @returns the first place where it asks for anything else than then, or ends otherwise; undefined where instances of
 * then may go on.
 */
export const difference = async (generator: OrchestrationHandler, golden: Golden): Promise<string | undefined> => {
  const { history, asked, output } = golden
  for (let events = 2; events <= history.length; events += 1) {
    const calls = callsIn(history.slice(0, events))
    const last = history[events - 1]
    const at = `after event ${events} (${eventTypeName(last?.EventType ?? -1)} ${last?.Name ?? ''})`
    const answer = await answered(generator, golden, events)
    if (answer === undefined) return `${at} it fails`
    const expected = { actions: asked.slice(0, calls).flat(), isDone: calls === asked.length }
    if (!isDeepStrictEqual({ actions: answer.actions, isDone: answer.isDone }, expected))
      return `${at} it asks for ${JSON.stringify(answer.actions.slice(expected.actions.length - 1))}, done: ${answer.isDone}`
    if (answer.isDone && !isDeepStrictEqual(answer.output ?? null, output)) return `${at} it ends otherwise`
  }
  return undefined
}
