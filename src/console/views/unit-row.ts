/** One unit that needs attention: what stands in its way, what to do, and a button to try again. */

import type { OperationAnswer } from '../../lib/status/operation-answer.ts'
import type { UnitAnswer } from '../../lib/status/unit-answer.ts'
import { button, fill, h, type Part } from '../dom.ts'
import { bytes, distance, kindName, routeName, upcoming } from '../format.ts'
import { problemBox } from '../problem-box.ts'
import { prose, remedyOf } from '../prose.ts'
import { badge, timeOf } from '../status.ts'
import { attempt, type Scene } from '../view.ts'

const retryLook = 1000

export const keyOfUnit = ({ route, kind, name }: Pick<UnitAnswer, 'route' | 'kind' | 'name'>): string =>
  `${route}/${kind}/${name}`

const pause = (milliseconds: number): Promise<void> => new Promise(done => setTimeout(done, milliseconds))

/** Asks for units again. Undefined where that was refused. */
export const askAgain = (
  scene: Scene,
  box: ReturnType<typeof problemBox>,
  route: string,
  units: readonly Pick<UnitAnswer, 'kind' | 'name'>[],
): Promise<OperationAnswer | undefined> =>
  attempt(scene, box, () =>
    scene.api.json<OperationAnswer>('resync', {
      method: 'POST',
      body: { route, units: units.map(({ kind, name }) => ({ kind, name })) },
    }),
  )

export const readUnit = (scene: Scene, { route, kind, name }: Pick<UnitAnswer, 'route' | 'kind' | 'name'>) =>
  scene.api.json<UnitAnswer>('units', { query: new URLSearchParams({ route, kind, name }), signal: scene.signal })

const stateOf = ({ state, outcome, pending }: UnitAnswer): string => {
  if (state === 'running') return 'running'
  if (outcome === 'inSync') return 'inSync'
  return pending && outcome === undefined ? 'asked for' : (outcome ?? 'asked for')
}

const facts = ({ requestedAt, dueAt, attempts, copying, inSyncAt }: UnitAnswer): HTMLElement => {
  const now = Date.now()
  const told = [
    requestedAt && ['Asked for', timeOf(requestedAt, distance(requestedAt, now))],
    inSyncAt && ['Last in sync', timeOf(inSyncAt, distance(inSyncAt, now))],
    dueAt && ['Tried again', timeOf(dueAt, upcoming(dueAt, now))],
    attempts > 0 && ['Attempts', String(attempts)],
    copying && [
      'Copied',
      `${copying.blobs} of ${copying.ofBlobs} files, ${bytes(copying.bytes)} of ${bytes(copying.ofBytes)}`,
    ],
  ].filter(one => typeof one === 'object')
  return h('dl', { class: 'facts' }, ...told.map(([term, text]) => h('div', {}, h('dt', {}, term), h('dd', {}, text))))
}

/** @param retries whether it has a button to try again. */
export const unitRow = (scene: Scene, first: UnitAnswer): Part<UnitAnswer> => {
  const box = problemBox()
  const [state, reason, details, told] = [
    h('span'),
    h('div', { class: 'reason' }),
    h('p', { class: 'detail' }),
    h('div'),
  ]
  const label = `${kindName(first.kind)} ${first.name}`

  const update = (unit: UnitAnswer): void => {
    fill(state, badge(stateOf(unit)))
    const { code, cause, remedy, detail } = unit
    const text = `${code}${cause}`
    if (reason.dataset.text !== text) {
      reason.dataset.text = text
      fill(reason, code && h('p', {}, h('code', {}, code), ' ', prose(cause ?? '')), remedyOf(remedy, code))
    }
    fill(details, detail ?? '')
    fill(told, facts(unit))
  }

  /** Until a pass that began after the request has ended. */
  const follow = async (): Promise<void> => {
    for (;;) {
      await pause(retryLook)
      const unit = await attempt(scene, box, () => readUnit(scene, first))
      if (unit === undefined) return
      update(unit)
      if (unit.state === 'running' || unit.pending) continue
      scene.say(`${label}: ${unit.outcome === 'inSync' ? 'in sync' : `${unit.outcome ?? ''} ${unit.code ?? ''}`}`)
      return
    }
  }

  const retry = button(
    'Retry',
    async () => {
      if ((await askAgain(scene, box, first.route, [first])) === undefined) return
      scene.say(`${label} is asked for again.`)
      fill(state, badge('asked for', 'busy'))
      await follow()
    },
    { 'aria-label': `Retry ${label}` },
  )

  const node = h(
    'li',
    { class: 'unit' },
    h(
      'div',
      { class: 'unit-head' },
      state,
      h('strong', { class: 'name' }, first.name),
      h('span', { class: 'quiet-text' }, `${kindName(first.kind)}, ${routeName(first.route)}`),
      retry,
    ),
    reason,
    details,
    told,
    box.node,
  )
  update(first)
  return { node, update }
}
