/** An operation, how far it is, how fast it goes, when it will end, and a button to stop it. */

import type { OperationAnswer } from '../../lib/status/operation-answer.ts'
import { button, fill, h, type Part } from '../dom.ts'
import { bytes, count, counted, distance, duration, routeName, upcoming } from '../format.ts'
import { problemBox } from '../problem-box.ts'
import { remedyOf } from '../prose.ts'
import { badge, timeOf } from '../status.ts'
import { address, attempt, type Scene } from '../view.ts'

/** As a list has it, where the status of units asked for by name is not known. */
export type ListedOperation = Omit<OperationAnswer, 'status'> & {
  readonly status?: OperationAnswer['status'] | undefined
}

const sweeps: Readonly<Record<string, string>> = {
  changes: 'Sweep for changes',
  locators: 'Sweep of locators',
  full: 'Full comparison',
}

export const titleOf = ({ kind, scope, dryRun, total }: ListedOperation): string => {
  if (kind !== 'resync') return sweeps[kind] ?? kind
  const what = scope === 'all' ? 'everything' : counted(total ?? 0, 'unit')
  return dryRun ? `Dry run of ${what}` : `Resync of ${what}`
}

const isOver = ({ status }: ListedOperation): boolean => status !== undefined && status !== 'running'

/** Units a second since it began; nothing before there is anything to tell. */
const rateOf = ({ counts, startedAt, updatedAt }: ListedOperation): string | undefined => {
  const seconds = (Date.parse(updatedAt ?? '') - Date.parse(startedAt ?? '')) / 1000
  if (!(seconds > 0) || counts.seen === 0) return undefined
  const rate = counts.seen / seconds
  return `${rate >= 10 ? count(Math.round(rate)) : rate.toFixed(1)} units/s`
}

const paceOf = (operation: ListedOperation): string | undefined => {
  const { copying } = operation
  if (copying === undefined) return operation.scope === 'all' ? rateOf(operation) : undefined
  const rate = copying.bytesPerSecond === undefined ? '' : `, ${bytes(copying.bytesPerSecond)}/s`
  return `${bytes(copying.bytes)} of ${bytes(copying.ofBytes)} copied${rate}`
}

const lineOf = (operation: ListedOperation): string => {
  const { counts, total, scope, dryRun } = operation
  const done = scope === 'named' && !dryRun ? (counts.settled ?? 0) : counts.seen
  const eta = operation.copying?.eta ?? operation.eta
  const stands = isOver(operation) || operation.waiting !== undefined
  const parts = [
    total === undefined ? counted(done, 'unit') : `${count(done)} of ${counted(Math.max(total, done), 'unit')}`,
    stands ? undefined : paceOf(operation),
    stands || eta === undefined ? undefined : `done ${distance(eta, Date.now())}`,
    `${count(counts.equal)} equal`,
    counts.requested > 0 ? `${count(counts.requested)} asked for` : undefined,
    counts.failed > 0 ? `${count(counts.failed)} with trouble` : undefined,
  ]
  return parts.filter(part => part !== undefined).join(' · ')
}

const estimateOf = ({ estimate }: ListedOperation): string => {
  if (estimate === undefined) return ''
  const calls = Object.values(estimate.calls).reduce((sum, some) => sum + some, 0)
  if (estimate.bytes === 0 && calls === 0) return 'Nothing would be written.'
  return `To make equal what differs takes ${bytes(estimate.bytes)} of copies and at most ${counted(calls, 'call')}; these calls need ${duration(estimate.seconds)}, the copies come on top.`
}

const whyOf = ({ code, cause, remedy, waiting }: ListedOperation): readonly (HTMLElement | undefined)[] => {
  const told = waiting ?? (code === undefined ? undefined : { code, cause, remedy })
  if (told === undefined) return []
  const until = waiting?.until === undefined ? '' : ` It is tried again ${upcoming(waiting.until, Date.now())}.`
  return [
    h(
      'p',
      {},
      waiting === undefined ? '' : 'Waiting: ',
      h('code', {}, told.code ?? ''),
      ` ${told.cause ?? ''}${until}`,
    ),
    remedyOf(told.remedy),
  ]
}

const stateOf = ({ status, stopping, waiting }: ListedOperation): string => {
  if (stopping === true) return 'stopping'
  return status === 'running' && waiting !== undefined ? 'waiting' : (status ?? 'asked for')
}

/** @param linked whether it leads to its own page. */
export const operationPart = (scene: Scene, first: ListedOperation, linked: boolean): Part<ListedOperation> => {
  const box = problemBox()
  const title = titleOf(first)
  const [state, line, estimate] = [h('span'), h('p', { class: 'progress-line' }), h('p', { class: 'quiet-text' })]
  const [why, when] = [h('div', { class: 'reason' }), h('span', { class: 'quiet-text' })]
  const bar = h('progress', { 'aria-label': `Progress of ${title}` })
  let stopping = false

  const stop = button(
    'Stop',
    async () => {
      const answer = await attempt(scene, box, () =>
        scene.api.json<OperationAnswer>(`operations/${first.id}`, { method: 'DELETE' }),
      )
      if (answer === undefined) return
      stopping = true
      scene.say(answer.status === 'running' ? `${title} stops at its next page.` : `${title} had ended before.`)
      update(answer)
    },
    { 'aria-label': `Stop: ${title}` },
  )

  const update = (operation: ListedOperation): void => {
    const over = isOver(operation)
    fill(state, badge(stateOf(stopping && !over ? { ...operation, stopping } : operation)))
    fill(line, lineOf(operation))
    fill(estimate, operation.dryRun && operation.status === 'succeeded' ? estimateOf(operation) : '')
    fill(why, ...whyOf(operation))
    const at = operation.finishedAt ?? operation.startedAt
    fill(
      when,
      routeName(operation.route),
      at && ', ',
      at && (operation.finishedAt ? 'ended ' : 'begun '),
      at && timeOf(at, distance(at, Date.now())),
    )
    const { total, counts } = operation
    const done = operation.scope === 'named' && !operation.dryRun ? (counts.settled ?? 0) : counts.seen
    if (total === undefined || total === 0) bar.removeAttribute('value')
    else {
      bar.max = Math.max(total, done)
      bar.value = done
    }
    bar.hidden = over
    stop.hidden = over || (operation.scope === 'named' && !operation.dryRun)
  }

  const name = linked ? h('a', { href: address('operations', { id: first.id }) }, title) : title
  const node = h(
    'li',
    { class: 'operation' },
    h('div', { class: 'unit-head' }, state, h('strong', {}, name), when, stop),
    bar,
    line,
    estimate,
    why,
    box.node,
  )
  update(first)
  return { node, update }
}
