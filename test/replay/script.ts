/** Executions over answers that are given, for ways that an undisturbed pass does not take. */
import { started, World } from '../support/sdk-world.ts'
import { type OrchestratorName, orchestrators, type Recording, version } from './golden.ts'

/** What activities answer, in order; an error is one that failed. Timers fire when nothing else is left. */
export const scripted = async (
  orchestrator: OrchestratorName,
  input: unknown,
  answers: readonly unknown[],
): Promise<Recording> => {
  const world = new World(orchestrators[orchestrator], input)
  const left = [...answers]
  let event = started(undefined, { Name: orchestrator, Version: version, Input: JSON.stringify(input) })
  for (;;) {
    const { activities, timers, outcome } = await world.episode(event)
    if (outcome.kind === 'failed') throw new Error(outcome.reason)
    if (outcome.kind !== 'waiting') return { orchestrator, input, history: world.history }
    const [activity] = activities
    const [timer] = timers
    if (activity !== undefined) {
      const answer = left.shift()
      event =
        answer instanceof Error
          ? world.failed(activity.taskId, answer.message)
          : world.completed(activity.taskId, answer)
    } else if (timer !== undefined) event = world.fired(timer.taskId, timer.fireAt)
    else throw new Error(`${orchestrator} waits for nothing.`)
  }
}

const unit = { route: 'east>west', kind: 'asset', name: 'film' } as const
const policy = { route: 'east>west', kind: 'contentKeyPolicy', name: 'viewers' } as const
const run = { run: 3, key: 'key', n: 0, previous: '' }
const source = { storageAccount: 'contosoeaststore', container: 'film' }
const target = { storageAccount: 'contosoweststore', container: 'film' }
const plan = {
  generation: 2,
  priority: 'event',
  withdraw: [],
  work: { owner: 'made', source, listing: 'digest', locators: ['film-clear'], live: false },
}
const next = (result: unknown) => ({ to: 'next', result })
const repeat = (after?: number) => (after === undefined ? { to: 'repeat' } : { to: 'repeat', after })
const times = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one)

/** Every other branch of the orchestrators. */
export const scripts = (): Promise<Recording[]> => {
  const asset = (...answers: unknown[]) => scripted('replicateAsset', { unit, ...run }, answers)
  const blocked = { outcome: 'blocked', code: 'DeleteWave' }
  return Promise.all([
    asset(
      next(plan),
      next(target),
      repeat(),
      repeat(20_000),
      next(true),
      repeat(30_000),
      repeat(30_000),
      next(true),
      'idle',
    ),
    asset(
      next({ ...plan, withdraw: ['gone'] }),
      next({ afterwards: blocked }),
      next(target),
      next(true),
      next(true),
      'idle',
    ),
    asset(next({ generation: 2, withdraw: ['gone'], remove: true }), next({}), next(true), 'idle'),
    asset(next({ generation: 2, withdraw: ['gone'], afterwards: blocked }), next({}), 'again'),
    asset(next(plan), next(target), { to: 'close', outcome: { outcome: 'failed', code: 'Unexpected' } }, 'ignored'),
    asset(next(plan), { to: 'end', closed: 'ignored' }),
    asset(next(plan), next(target), ...times(200, repeat())),
    scripted('replicatePolicy', { unit: policy, ...run }, [repeat(), repeat(20_000), { to: 'end', closed: 'again' }]),
    scripted('replicatePolicy', { unit: policy, ...run }, times(50, repeat(1_000))),
    scripted('sweepPages', { operation: 'op' }, [
      { next: 'b' },
      new Error('the ledger does not answer'),
      { next: 'c', after: 5_000 },
      {},
    ]),
    scripted('sweepPages', { operation: 'op', cursor: 'b' }, times(50, { next: 'c' })),
  ])
}
