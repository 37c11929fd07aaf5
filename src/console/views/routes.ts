import type { RouteSummaryAnswer } from '../../lib/status/route-summary-answer.ts'
import { fill, h, keyedList, newId, type Part } from '../dom.ts'
import { count, counted, duration, routeName } from '../format.ts'
import { repeat } from '../poll.ts'
import { problemBox } from '../problem-box.ts'
import { prose, remedyOf } from '../prose.ts'
import { badge, figure, type Tone } from '../status.ts'
import { address, look, type Scene, type View } from '../view.ts'
import { notices } from './notices.ts'

type Route = RouteSummaryAnswer

const every = 5000

const modeTones: Readonly<Record<Route['mode'], Tone>> = {
  replicate: 'good',
  observe: 'idle',
  hold: 'wait',
  paused: 'wait',
}

/** How the line between both accounts is drawn. */
const flowOf = ({ mode, hold, lag }: Route): string => {
  if (hold !== undefined || mode === 'hold' || mode === 'paused') return 'broken'
  return lag === undefined ? 'still' : 'moving'
}

type StandStill = Route['standStills'][number]

const standStill = (route: string, { outcome, code, cause, remedy, count: units }: StandStill): Part<StandStill> => {
  const many = h('span')
  const update = (one: Pick<StandStill, 'count'>): void => fill(many, counted(one.count, 'unit'))
  update({ count: units })
  const link = h('a', { href: address('attention', { route, outcome, code }) }, many, ' ', h('code', {}, code))
  const why = h('details', {}, h('summary', {}, prose(cause)), remedyOf(remedy, code))
  return { node: h('li', {}, badge(outcome), link, why), update }
}

const figuresOf = () => {
  const behind = figure('Behind')
  const parts = {
    running: figure('Running'),
    due: figure('Due'),
    waiting: figure('Waiting'),
    blocked: figure('Blocked'),
  }
  return {
    node: h('dl', { class: 'figures' }, behind.node, ...Object.values(parts).map(({ node }) => node)),
    update({ lag, units }: Route): void {
      behind.update(lag === undefined ? 'In step' : duration(lag))
      behind.tone(lag === undefined ? 'good' : 'wait')
      for (const name of ['running', 'due', 'waiting', 'blocked'] as const) {
        const more = units.atLeast && units[name] >= 1000 ? '+' : ''
        parts[name].update(`${count(units[name])}${more}`)
      }
      parts.running.tone(units.running > 0 ? 'busy' : 'idle')
      parts.blocked.tone(units.blocked > 0 ? 'bad' : 'idle')
    },
  }
}

const card = (first: Route): Part<Route> => {
  const id = newId()
  const mode = h('span')
  const told = h('div')
  const figures = figuresOf()
  const rail = h('span', { class: 'line', 'aria-hidden': 'true' })
  const reasons = h('ul', { class: 'stand-stills', 'aria-label': `Why units of ${routeName(first.route)} stand still` })
  const showReason = keyedList<StandStill>(
    reasons,
    ({ outcome, code }) => `${outcome} ${code}`,
    one => standStill(first.route, one),
  )
  let noticed = ''
  const update = (route: Route): void => {
    fill(mode, badge(route.mode, modeTones[route.mode]))
    rail.className = `line ${flowOf(route)}`
    figures.update(route)
    showReason(route.standStills)
    const next = JSON.stringify([route.hold, route.failback, route.deletes, route.replaced])
    if (next !== noticed) fill(told, ...notices(route))
    noticed = next
  }
  const node = h(
    'article',
    { class: 'card route', 'aria-labelledby': id },
    h(
      'div',
      { class: 'route-head' },
      h('h2', { id }, first.from, rail, h('span', { class: 'unseen' }, ' to '), first.to),
      mode,
    ),
    told,
    figures.node,
    reasons,
  )
  update(first)
  return { node, update }
}

export const routes: View = {
  title: 'Routes',
  show(scene: Scene) {
    const box = problemBox()
    const cards = h('div', { class: 'stack' })
    const showCards = keyedList<Route>(cards, ({ route }) => route, card)
    const empty = h('p', { class: 'empty' })
    repeat(scene.signal, every, async () => {
      const call = { signal: scene.signal }
      const answer = await look(scene, box, () => scene.api.json<{ routes: Route[] }>('routes', call))
      if (answer === undefined) return
      showCards(answer.routes)
      fill(empty, answer.routes.length === 0 ? 'The topology has no route yet. Add one to it, and deploy again.' : '')
    })
    return h('div', {}, box.node, empty, cards)
  },
}
