import { callOrchestrator } from './call-orchestrator.ts'
import { type Decision, decide, failureText } from './decision.ts'
import { type HistoryEvent, historyEvent, played } from './history.ts'
import { nextStep, type Step } from './inbox.ts'
import { type Instance, isFinished } from './instance.ts'
import { createChildren, finish, startExecution } from './lifecycle.ts'
import { type Runtime, timerLimits } from './runtime.ts'
import { versionMismatch } from './versions.ts'

/** Runs one episode of an instance: takes its inbox, asks the orchestrator, commits what it decided. */
export const runEpisode = async (runtime: Runtime, id: string, now: () => Date): Promise<void> => {
  const { store, log, versioning } = runtime
  const instance = store.instance(id)
  if (!instance || isFinished(instance.status)) return
  const step = nextStep(instance.status === 'Suspended', instance.executionId, store.inbox(id))
  if (step.consumed.length === 0) return
  if (step.kind === 'suspend') return suspend(runtime, instance, step, now())
  if (step.kind === 'terminate') return terminate(runtime, instance, step, now())
  if (step.events.length === 0) return store.write(() => store.consume(step.consumed))

  const mismatch = versionMismatch(instance.version, versioning)
  if (mismatch && versioning.failure === 'Reject') return log('warning', category, `Instance ${id} waits. ${mismatch}`)
  if (mismatch) return fail(runtime, instance, step, mismatch, now())
  const fn = runtime.registry.find(instance.name, 'orchestrationTrigger')
  const missing = `The function '${instance.name}' doesn't exist, is disabled, or is not an orchestrator function.`
  if (!fn) return fail(runtime, instance, step, missing, now())

  const begun = now()
  const events = [historyEvent('OrchestratorStarted', begun), ...step.events]
  const history = [...store.history(id).map(played), ...events]
  const answer = await callOrchestrator(runtime.invoke, fn, instance, history)
  const decision = decide(answer, {
    instance,
    history,
    now: begun,
    limits: timerLimits,
    defaultVersion: versioning.defaultVersion,
    exists: (kind, name) =>
      runtime.registry.find(name, kind === 'activity' ? 'activityTrigger' : 'orchestrationTrigger') !== undefined,
  })
  if (store.db.closed) return
  commit(runtime, instance, step, events, decision, now())
}

const category = 'Host.Durable'

const commit = (
  runtime: Runtime,
  instance: Instance,
  step: Step,
  events: readonly HistoryEvent[],
  decision: Decision,
  now: Date,
): void => {
  const { store } = runtime
  const { outcome, customStatus } = decision
  const woken = store.write(() => {
    runtime.counters.count(instance.name, 'started')
    runtime.counters.count(instance.name, outcome.kind === 'failed' ? 'failed' : 'succeeded')
    store.consume(step.consumed)
    store.appendHistory(instance.id, [...events, ...decision.events])
    store.update(instance.id, { status: 'Running', customStatus }, now)
    store.schedule(instance, decision)
    const children = createChildren(store, instance, decision.children, now)
    if (outcome.kind === 'waiting') return children
    if (outcome.kind === 'continuedAsNew') return [...children, startExecution(store, instance, outcome.input, now)]
    return [...children, ...finish(store, instance, outcome, now)]
  })
  for (const id of woken) runtime.wake(id)
  runtime.workAdded()
  report(runtime, instance, decision)
}

const report = ({ log }: Runtime, { id, name }: Instance, { outcome }: Decision): void => {
  if (outcome.kind === 'waiting') log('debug', category, `${name} ${id} waits`)
  else if (outcome.kind === 'failed') log('error', category, `${name} ${id} failed: ${outcome.reason}`)
  else log('information', category, `${name} ${id} ${outcome.kind === 'completed' ? 'completed' : 'continued as new'}`)
}

/** Ends the instance without asking its orchestrator. */
const fail = (runtime: Runtime, instance: Instance, step: Step, error: string, now: Date): void => {
  const reason = failureText(instance.name, error)
  const events = [historyEvent('OrchestratorStarted', now), ...step.events, historyEvent('OrchestratorCompleted', now)]
  end(runtime, instance, step, events, { kind: 'failed', reason }, now)
  runtime.log('error', category, `${instance.name} ${instance.id} failed: ${reason}`)
}

const terminate = (runtime: Runtime, instance: Instance, step: Step & { kind: 'terminate' }, now: Date): void => {
  const events = [historyEvent('OrchestratorStarted', now), ...step.events, historyEvent('OrchestratorCompleted', now)]
  end(runtime, instance, step, events, { kind: 'terminated', reason: step.reason }, now)
  runtime.log('information', category, `${instance.name} ${instance.id} terminated`)
}

const end = (
  { store, wake }: Runtime,
  instance: Instance,
  step: Step,
  events: readonly HistoryEvent[],
  outcome: Parameters<typeof finish>[2],
  now: Date,
): void => {
  const woken = store.write(() => {
    store.consume(step.consumed)
    store.appendHistory(instance.id, events)
    return finish(store, instance, outcome, now)
  })
  for (const id of woken) wake(id)
}

const suspend = ({ store }: Runtime, instance: Instance, step: Step, now: Date): void =>
  store.write(() => {
    store.consume(step.consumed)
    store.appendHistory(instance.id, step.events)
    store.update(instance.id, { status: 'Suspended' }, now)
  })
