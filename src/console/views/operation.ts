/** One operation on a page of its own: how far it is, its units, its report. */

import type { NamedUnitAnswer, OperationAnswer } from '../../lib/status/operation-answer.ts'
import type { Refused } from '../api.ts'
import { fill, h, keyedList, type Part } from '../dom.ts'
import { bytes, kindName } from '../format.ts'
import { repeat } from '../poll.ts'
import { problemBox } from '../problem-box.ts'
import { remedyOf } from '../prose.ts'
import { badge } from '../status.ts'
import { address, look, type Scene } from '../view.ts'
import { type ListedOperation, operationPart } from './progress.ts'
import { report } from './report.ts'

const every = 1000

const copied = ({ copying }: NamedUnitAnswer): string => {
  if (copying === undefined) return ''
  const rate = copying.bytesPerSecond === undefined ? '' : `, ${bytes(copying.bytesPerSecond)}/s`
  return `${copying.blobs} of ${copying.ofBlobs} files, ${bytes(copying.bytes)} of ${bytes(copying.ofBytes)}${rate}`
}

const namedUnit = (first: NamedUnitAnswer): Part<NamedUnitAnswer> => {
  const [state, progress, why] = [h('span'), h('span', { class: 'quiet-text' }), h('div', { class: 'reason' })]
  const update = (unit: NamedUnitAnswer): void => {
    fill(state, badge(unit.state === 'running' ? 'running' : unit.settled ? (unit.outcome ?? '') : 'asked for'))
    fill(progress, `${kindName(unit.kind)}${copied(unit) === '' ? '' : `, ${copied(unit)}`}`)
    fill(
      why,
      unit.code && h('p', {}, h('code', {}, unit.code), ` ${unit.cause ?? ''}`),
      unit.detail && h('p', { class: 'detail' }, unit.detail),
      remedyOf(unit.remedy, unit.code),
    )
  }
  const node = h(
    'li',
    { class: 'unit' },
    h('div', { class: 'unit-head' }, state, h('strong', { class: 'name' }, first.name), progress),
    why,
  )
  update(first)
  return { node, update }
}

const isNamed = ({ scope, dryRun }: OperationAnswer): boolean => scope === 'named' && !dryRun

export const operation = (scene: Scene, id: string): HTMLElement => {
  const box = problemBox()
  const list = h('ul', { class: 'units', 'aria-label': 'Operation' })
  const units = h('ul', { class: 'units', 'aria-label': 'Units' })
  const below = h('div')
  const showUnits = keyedList<NamedUnitAnswer>(units, ({ kind, name }) => `${kind}/${name}`, namedUnit)
  const show = keyedList<ListedOperation>(
    list,
    one => one.id,
    one => operationPart(scene, one, false),
  )
  let before: OperationAnswer['status'] | undefined
  const settle = (answer: OperationAnswer): void => {
    if (before === answer.status) return
    if (before === 'running') scene.say(`The operation has ended: ${answer.status}.`)
    before = answer.status
    // What is found is read once it is complete; until then on request only.
    if (isNamed(answer)) fill(below, units)
    else if (answer.status !== 'running') fill(below, report(scene, id))
  }
  /** One that is not known will not be. */
  const watched = {
    ...box,
    show(refused: Refused): void {
      if (refused.code === 'OperationUnknown') before = 'failed'
      box.show(refused)
    },
  }
  repeat(scene.signal, every, async () => {
    if (before !== undefined && before !== 'running') return
    const answer = await look(scene, watched, () =>
      scene.api.json<OperationAnswer>(`operations/${encodeURIComponent(id)}`, { signal: scene.signal }),
    )
    if (answer === undefined) return
    show([answer])
    showUnits(answer.units ?? [])
    settle(answer)
  })
  return h(
    'div',
    { class: 'stack' },
    h('p', {}, h('a', { href: address('operations') }, 'All operations')),
    box.node,
    list,
    below,
  )
}
