import type * as z from 'zod'
import type { unitPageAnswer } from '../../lib/http/endpoints.ts'
import type { RouteSummaryAnswer } from '../../lib/status/route-summary-answer.ts'
import type { UnitAnswer } from '../../lib/status/unit-answer.ts'
import { button, field, fill, h, keyedList, offer, select } from '../dom.ts'
import { counted, routeName } from '../format.ts'
import { problemBox } from '../problem-box.ts'
import { address, attempt, type Scene, type View } from '../view.ts'
import { keyOfUnit, unitRow } from './unit-row.ts'

type Page = z.infer<typeof unitPageAnswer>

const outcomes = [
  ['blocked', 'Blocked'],
  ['failed', 'Failed'],
  ['waiting', 'Waiting'],
  ['throttled', 'Throttled'],
] as const
const perPage = '50'

/** The choice stands in the address, so that it can be kept and sent to somebody. */
const go = (query: Readonly<Record<string, string>>): void => {
  location.hash = address('attention', Object.fromEntries(Object.entries(query).filter(([, value]) => value !== '')))
}

const filters = (scene: Scene) => {
  const chosen = {
    route: scene.query.get('route') ?? '',
    outcome: scene.query.get('outcome') ?? 'blocked',
    code: scene.query.get('code') ?? '',
  }
  const route = select([['', 'All routes']])
  const outcome = select(outcomes, chosen.outcome)
  const code = select([['', 'Any reason']])
  const change = () => go({ route: route.value, outcome: outcome.value, code: code.value })
  route.addEventListener('change', change)
  code.addEventListener('change', change)
  outcome.addEventListener('change', () => go({ route: route.value, outcome: outcome.value }))
  const node = h(
    'div',
    { class: 'filters', role: 'search', 'aria-label': 'Which units' },
    field('Route', route),
    field('State', outcome),
    field('Reason', code),
  )
  const show = (routes: readonly RouteSummaryAnswer[]): void => {
    const names = routes.map(one => [one.route, routeName(one.route)] as const)
    offer(route, [['', 'All routes'], ...names], chosen.route)
    const codes = routes
      .filter(one => chosen.route === '' || one.route === chosen.route)
      .flatMap(({ standStills }) => standStills)
      .filter(one => one.outcome === chosen.outcome)
      .map(one => one.code)
    const all = [...new Set([...codes, ...(chosen.code === '' ? [] : [chosen.code])])]
    offer(code, [['', 'Any reason'], ...all.map(one => [one, one] as const)], chosen.code)
  }
  return { node, chosen, show }
}

export const attention: View = {
  title: 'Attention',
  show(scene) {
    const box = problemBox()
    const { node, chosen, show } = filters(scene)
    const rows = h('ul', { class: 'units', 'aria-label': 'Units that need attention' })
    const showRows = keyedList<UnitAnswer>(rows, keyOfUnit, unit => unitRow(scene, unit))
    const summary = h('p', { class: 'summary', role: 'status' })
    /** Cursors of the pages on the way to the one that is shown. */
    let trail: readonly (string | undefined)[] = [undefined]

    /** @returns whether the page was shown. */
    const load = async (): Promise<boolean> => {
      const query = new URLSearchParams({ top: perPage })
      for (const [name, value] of Object.entries(chosen)) if (value !== '') query.set(name, value)
      const cursor = trail.at(-1)
      if (cursor !== undefined) query.set('cursor', cursor)
      const page = await attempt(scene, box, () => scene.api.json<Page>('units', { query, signal: scene.signal }))
      if (page === undefined) return false
      showRows(page.units)
      const place = trail.length > 1 ? `Page ${trail.length}: ` : ''
      fill(
        summary,
        page.units.length === 0
          ? `${place}nothing here. Nothing is ${chosen.outcome}${chosen.code === '' ? '' : ` with ${chosen.code}`}.`
          : `${place}${counted(page.units.length, 'unit')}${page.next === undefined ? '' : ', and more on the next page'}.`,
      )
      following = page.next
      next.hidden = page.next === undefined
      back.hidden = trail.length === 1
      return true
    }
    let following: string | undefined
    const turn = async (to: typeof trail): Promise<void> => {
      const from = trail
      trail = to
      if (!(await load())) trail = from
      summary.scrollIntoView({ block: 'nearest' })
    }
    const next = button('Next page', () => turn([...trail, following]))
    const back = button('Page before', () => turn(trail.slice(0, -1)))
    next.hidden = true
    back.hidden = true

    void load()
    void attempt(scene, undefined, () => scene.api.json<{ routes: RouteSummaryAnswer[] }>('routes')).then(
      answer => answer && show(answer.routes),
    )
    return h(
      'div',
      {},
      node,
      h('div', { class: 'bar' }, summary, button('Look again', load)),
      box.node,
      rows,
      h('div', { class: 'bar' }, back, next),
    )
  },
}
