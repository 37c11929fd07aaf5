import type * as z from 'zod'
import type { unitPageAnswer } from '../../lib/http/endpoints.ts'
import type { RouteSummaryAnswer } from '../../lib/status/route-summary-answer.ts'
import type { UnitAnswer } from '../../lib/status/unit-answer.ts'
import { button, field, fill, h, keyedList, offer, select } from '../dom.ts'
import { count, counted, outcomeName, routeName } from '../format.ts'
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
/** Of one kind of units and one route. */
const mostCounted = 1000

/** The choice stands in the address, so that it can be kept and sent to somebody. */
const go = (query: Readonly<Record<string, string>>): void => {
  location.hash = address('attention', Object.fromEntries(Object.entries(query).filter(([, value]) => value !== '')))
}

/** How many units of these routes are in a state; beyond what is counted at most, that there are more. */
const standing = (routes: readonly RouteSummaryAnswer[], outcome: string): { readonly many: number; text: string } => {
  const many = routes
    .flatMap(({ standStills }) => standStills)
    .reduce((sum, one) => (one.outcome === outcome ? sum + one.count : sum), 0)
  const isMore = many >= mostCounted && routes.some(({ units }) => units.atLeast)
  return { many, text: `${count(many)}${isMore ? '+' : ''}` }
}

const filters = (scene: Scene) => {
  const isChosen = scene.query.has('outcome')
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
  let known: readonly RouteSummaryAnswer[] = []
  const show = (routes: readonly RouteSummaryAnswer[]): void => {
    known = routes.filter(one => chosen.route === '' || one.route === chosen.route)
    const names = routes.map(one => [one.route, routeName(one.route)] as const)
    offer(route, [['', 'All routes'], ...names], chosen.route)
    // Nobody has chosen a state: the worst that there is.
    if (!isChosen) chosen.outcome = outcomes.find(([name]) => standing(known, name).many > 0)?.[0] ?? 'blocked'
    const states = outcomes.map(([name, label]) => [name, `${label} (${standing(known, name).text})`] as const)
    offer(outcome, states, chosen.outcome)
    const codes = known
      .flatMap(({ standStills }) => standStills)
      .filter(one => one.outcome === chosen.outcome)
      .map(one => one.code)
    const all = [...new Set([...codes, ...(chosen.code === '' ? [] : [chosen.code])])]
    offer(code, [['', 'Any reason'], ...all.map(one => [one, one] as const)], chosen.code)
  }
  /** What is in other states than the chosen one. */
  const elsewhere = (): string =>
    outcomes
      .map(([name]) => ({ name, ...standing(known, name) }))
      .filter(({ name, many }) => name !== chosen.outcome && many > 0)
      .map(({ name, text }) => ` ${outcomeName(name)}: ${text}.`)
      .join('')
  return { node, chosen, isChosen, show, elsewhere }
}

export const attention: View = {
  title: 'Attention',
  show(scene) {
    const box = problemBox()
    const { node, chosen, isChosen, show, elsewhere } = filters(scene)
    const rows = h('ul', { class: 'units', 'aria-label': 'Units that need attention' })
    const showRows = keyedList<UnitAnswer>(rows, keyOfUnit, unit => unitRow(scene, unit))
    const summary = h('p', { class: 'summary', role: 'status' })
    /** Cursors of the pages on the way to the one that is shown. */
    let trail: readonly (string | undefined)[] = [undefined]

    const ask = async (): Promise<void> => {
      const answer = await attempt(scene, undefined, () =>
        scene.api.json<{ routes: RouteSummaryAnswer[] }>('routes', { signal: scene.signal }),
      )
      if (answer !== undefined) show(answer.routes)
    }
    let counts = ask()

    /** @returns whether the page was shown. */
    const load = async (): Promise<boolean> => {
      if (!isChosen) await counts
      const query = new URLSearchParams({ top: perPage })
      for (const [name, value] of Object.entries(chosen)) if (value !== '') query.set(name, value)
      const cursor = trail.at(-1)
      if (cursor !== undefined) query.set('cursor', cursor)
      const page = await attempt(scene, box, () => scene.api.json<Page>('units', { query, signal: scene.signal }))
      await counts
      if (page === undefined) return false
      showRows(page.units)
      const place = trail.length > 1 ? `Page ${trail.length}: ` : ''
      fill(
        summary,
        page.units.length === 0
          ? `${place}nothing here. Nothing is ${chosen.outcome}${chosen.code === '' ? '' : ` with ${chosen.code}`}.${elsewhere()}`
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
    const again = (): Promise<boolean> => {
      counts = ask()
      return load()
    }
    return h(
      'div',
      {},
      node,
      h('div', { class: 'bar' }, summary, button('Look again', again)),
      box.node,
      rows,
      h('div', { class: 'bar' }, back, next),
    )
  },
}
