/** Would a failover work now? */

import type { ReadinessAnswer, ReasonAnswer, RouteReadiness } from '../../lib/status/readiness/answer.ts'
import { reading } from '../api.ts'
import { button, fill, h } from '../dom.ts'
import { count, counted, distance, duration, moment, routeName } from '../format.ts'
import { problemBox } from '../problem-box.ts'
import { remedyOf } from '../prose.ts'
import { badge, type Tone, timeOf } from '../status.ts'
import { attempt, type View } from '../view.ts'
import { playedTitles } from './played-titles.ts'

const verdicts: Readonly<Record<ReadinessAnswer['verdict'], readonly [text: string, tone: Tone]>> = {
  ready: ['Yes: a failover would work now', 'good'],
  limited: ['In part: some players would be missing something', 'wait'],
  notReady: ['No: players would find nothing', 'bad'],
}
const weights: Readonly<Record<ReasonAnswer['weight'], readonly [text: string, tone: Tone]>> = {
  stops: ['stops it', 'bad'],
  limits: ['limits it', 'wait'],
  note: ['note', 'idle'],
}

const reason = ({ weight, code, cause, remedy, detail, names = [] }: ReasonAnswer): HTMLElement =>
  h(
    'li',
    { class: 'unit' },
    h('div', { class: 'unit-head' }, badge(...weights[weight]), h('code', {}, code)),
    h('p', {}, cause),
    detail === undefined ? undefined : h('p', { class: 'detail' }, detail),
    names.length === 0 ? undefined : h('p', { class: 'detail' }, names.join(', ')),
    remedyOf(remedy, code),
  )

const pair = (term: string, text: string | HTMLElement): HTMLElement =>
  h('div', {}, h('dt', {}, term), h('dd', {}, text))

const facts = ({ source, target, units, lagSeconds, comparison, canary }: RouteReadiness): HTMLElement => {
  const more = units.atLeast ? '+' : ''
  const endpoints = target.endpoints?.map(
    ({ name, state, scaleUnits }) => `${name} ${state}, ${counted(scaleUnits, 'unit')}`,
  )
  const compared = comparison.lastSuccessAt
  return h(
    'dl',
    { class: 'facts' },
    pair(source.account, `control ${source.control}, storage ${source.storage}`),
    pair(target.account, `control ${target.control}, storage ${target.storage}`),
    pair('Endpoints', endpoints?.join('; ') ?? 'nobody could ask'),
    pair('Behind', lagSeconds === 0 ? 'in step' : duration(lagSeconds)),
    pair('Not proven equal', `${count(units.unverified)}${more}`),
    pair('Blocked', `${count(units.blocked)}${more}`),
    pair('Compared in full', compared === undefined ? 'never' : timeOf(compared, distance(compared, Date.now()))),
    ...(canary === undefined
      ? []
      : [
          pair(
            'Canary rebuilt',
            canary.lastRebuiltAt === undefined
              ? 'never'
              : timeOf(canary.lastRebuiltAt, distance(canary.lastRebuiltAt, Date.now())),
          ),
          pair('Whole road', canary.lagSeconds === undefined ? 'not known' : duration(canary.lagSeconds)),
        ]),
    ...target.quotas.map(({ quota, used, limit, atLeast }) =>
      pair(quota, `${count(used)}${atLeast ? '+' : ''} of ${count(limit)}`),
    ),
  )
}

const routeCard = (route: RouteReadiness): HTMLElement => {
  const [text, tone] = verdicts[route.verdict]
  return h(
    'section',
    { class: 'card' },
    h('div', { class: 'route-head' }, h('h2', {}, routeName(route.route)), badge(text, tone)),
    facts(route),
    route.reasons.length === 0
      ? h('p', { class: 'empty' }, 'Nothing stands in the way.')
      : h('ul', { class: 'units', 'aria-label': `Reasons, ${routeName(route.route)}` }, ...route.reasons.map(reason)),
    playedTitles(route),
  )
}

export const readiness: View = {
  title: 'Readiness',
  show(scene) {
    const box = problemBox()
    const verdict = h('p', { class: 'verdict', role: 'status' })
    const place = h('div', { class: 'stack' })
    const ask = async (): Promise<void> => {
      const answer = await attempt(scene, box, () =>
        scene.api.json<ReadinessAnswer>('readiness', {
          query: new URLSearchParams({ format: 'json' }),
          signal: scene.signal,
        }),
      )
      if (answer === undefined) return
      const [text, tone] = verdicts[answer.verdict]
      verdict.className = `verdict ${tone}`
      fill(
        verdict,
        h('strong', {}, text),
        ' ',
        h(
          'span',
          { class: 'quiet-text' },
          'Asked at ',
          timeOf(answer.at, moment(answer.at, Date.now())),
          `, took ${duration(answer.seconds)}, release ${answer.version}.`,
        ),
      )
      fill(place, ...answer.routes.map(routeCard))
    }
    /** A page of its own, with the key in no address: to be printed, or filed as evidence. */
    const save = async (): Promise<void> => {
      const page = await attempt(scene, box, () =>
        scene.api
          .raw('readiness', { query: new URLSearchParams({ format: 'html' }), signal: scene.signal })
          .then(answer => reading(answer.blob(), scene.signal)),
      )
      if (page === undefined) return
      const href = URL.createObjectURL(page)
      const name = `twinstream-readiness-${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}Z.html`
      h('a', { href, download: name }).click()
      // The download has begun by then, or never will.
      setTimeout(() => URL.revokeObjectURL(href), 60_000)
      scene.say(`${name} is saved.`)
    }
    fill(verdict, h('span', { class: 'quiet-text' }, 'Asking both regions…'))
    void ask()
    return h(
      'div',
      {},
      h('div', { class: 'bar' }, verdict, button('Ask again', ask), button('Save as a page', save)),
      box.node,
      place,
      h(
        'p',
        { class: 'hint' },
        'Nothing is changed by asking. The page that is saved is the same answer, dated, to print or to file.',
      ),
    )
  },
}
