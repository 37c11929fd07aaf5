/** What was changed in the target of one route while the source was away, and the decisions on it. */
import type * as z from 'zod'
import type { unitPageAnswer } from '../../lib/http/endpoints.ts'
import type { failbackAnswer } from '../../lib/http/failback-body.ts'
import type { UnitAnswer } from '../../lib/status/unit-answer.ts'
import { confirm, nameList } from '../dialog.ts'
import { button, fill, h, keyedList, type Part } from '../dom.ts'
import { counted, kindName, routeName } from '../format.ts'
import { problemBox } from '../problem-box.ts'
import { badge } from '../status.ts'
import { attempt, look, type Scene } from '../view.ts'
import { choices, type Keep, meaning } from './failback-choice.ts'
import { keyOfUnit } from './unit-row.ts'

const perPage = 100
const shownNames = 20

const conflict = (chosen: Map<string, UnitAnswer>, unit: UnitAnswer, changed: () => void): Part<UnitAnswer> => {
  const state = h('span')
  const input = h('input', { type: 'checkbox' })
  input.addEventListener('change', () => {
    if (input.checked) chosen.set(keyOfUnit(unit), unit)
    else chosen.delete(keyOfUnit(unit))
    changed()
  })
  const node = h(
    'li',
    { class: 'unit' },
    h(
      'label',
      { class: 'choice' },
      input,
      h(
        'span',
        {},
        h('strong', { class: 'name' }, unit.name),
        ' ',
        h('span', { class: 'quiet-text' }, kindName(unit.kind)),
        ' ',
        state,
      ),
    ),
    unit.detail === undefined ? undefined : h('p', { class: 'detail' }, unit.detail),
  )
  /** One that was decided stays until a pass has done what was decided. */
  const update = (one: UnitAnswer): void => {
    if (one.state === 'running') fill(state, badge('running'))
    else fill(state, one.pending ? badge('asked for', 'busy') : undefined)
  }
  update(unit)
  return { node, update }
}

export interface Panel {
  readonly node: HTMLElement
  /** Asks again what waits; what is ticked stays ticked. */
  load(): Promise<void>
}

/**
 * @param isPending whether the route waits for decisions, as far as is known.
 * @param again looks at all that the view shows.
 */
export const failbackPanel = (
  scene: Scene,
  route: string,
  isPending: () => boolean,
  again: () => Promise<void>,
): Panel => {
  const box = problemBox()
  const [from = '', to = ''] = route.split('>')
  const list = h('ul', { class: 'units', 'aria-label': 'Units that wait for a decision' })
  const summary = h('p', { class: 'summary', role: 'status' })
  const picked = new Map<string, UnitAnswer>()
  let keep: Keep = 'target'
  let waiting: { readonly units: readonly UnitAnswer[]; readonly more: boolean } = { units: [], more: false }
  const rename = (): void => {
    some.textContent = picked.size === 0 ? 'Decide the ticked…' : `Decide ${counted(picked.size, 'unit')}…`
  }
  const show = keyedList<UnitAnswer>(list, keyOfUnit, unit => conflict(picked, unit, rename))

  const load = async (): Promise<void> => {
    const query = new URLSearchParams({ route, code: 'TargetChanged', top: String(perPage) })
    const page = await look(scene, box, () =>
      scene.api.json<z.infer<typeof unitPageAnswer>>('units', { query, signal: scene.signal }),
    )
    if (page === undefined) return
    waiting = { units: page.units, more: page.next !== undefined }
    for (const key of [...picked.keys()]) if (!page.units.some(unit => keyOfUnit(unit) === key)) picked.delete(key)
    show(page.units)
    rename()
    const none = isPending()
      ? 'Nothing that was changed waits for a decision; both sides are still being compared, or all is decided.'
      : 'Nothing waits for a decision. Units come here when the source comes back from an outage and something was changed in the target meanwhile.'
    fill(
      summary,
      page.units.length === 0
        ? none
        : `${waiting.more ? 'More than ' : ''}${counted(page.units.length, 'unit')} changed in ${to} while ${from} was away.`,
    )
  }

  const decide = async (units: readonly UnitAnswer[] | 'all'): Promise<void> => {
    const named = units === 'all' ? waiting.units : units
    if (named.length === 0) return scene.say('Nothing is ticked.')
    const many = `${units === 'all' && waiting.more ? 'more than ' : ''}${counted(named.length, 'unit')}`
    const names = named.slice(0, shownNames).map(({ kind, name }) => `${kindName(kind)} ${name}`)
    const rest = named.length > shownNames ? [`and ${named.length - shownNames} more`] : []
    const yes = await confirm({
      title: `Keep what ${keep === 'target' ? to : from} has of ${many}?`,
      body: [...meaning(keep, from, to), nameList('Units', [...names, ...rest])],
      action: `Keep ${keep === 'target' ? to : from}`,
      typed: route,
    })
    if (!yes) return
    const which = units === 'all' ? { all: true } : { units: named.map(({ kind, name }) => ({ kind, name })) }
    const answer = await attempt(scene, box, () =>
      scene.api.json<z.infer<typeof failbackAnswer>>('failback', { method: 'POST', body: { route, keep, ...which } }),
    )
    if (answer === undefined) return
    scene.say(`${counted(answer.count, 'unit')} asked for: ${keep === 'target' ? to : from} is kept.`)
    await load()
  }
  const some = button('Decide the ticked…', () => decide([...picked.values()]))
  const all = button('Decide all…', () => decide('all'), { class: 'danger' })
  const node = h(
    'section',
    { class: 'card form', 'aria-label': `Failback of ${routeName(route)}` },
    h('div', { class: 'bar' }, summary, button('Look again', again)),
    list,
    choices(
      from,
      to,
      () => keep,
      next => {
        keep = next
      },
    ),
    h('div', { class: 'bar' }, some, all),
    box.node,
  )
  return { node, load }
}
