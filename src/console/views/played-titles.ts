import type { RouteReadiness, TitleAnswer } from '../../lib/status/readiness/answer.ts'
import { h } from '../dom.ts'
import { badge, type Tone } from '../status.ts'

const proof = ({ result, status, milliseconds, detail }: TitleAnswer['manifest']): HTMLElement => {
  const tone: Tone = result === 'proven' ? 'good' : result === 'failed' ? 'bad' : 'idle'
  const text = result === 'proven' ? `${Math.round(milliseconds ?? 0)}\u00a0ms` : (status ?? detail ?? '')
  return h('td', {}, badge(result === 'notAsked' ? 'not asked' : result, tone), ` ${text}`)
}

/** What a player in front of the target gets, title by title; nothing where none was asked for. */
export const playedTitles = (route: RouteReadiness): HTMLElement | undefined => {
  if (route.titles.length === 0) return undefined
  const heads = ['Title', 'Manifest', 'Segment', 'Key']
  return h(
    'div',
    { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': `Titles asked for in ${route.target.account}` },
    h(
      'table',
      {},
      h('caption', {}, `What a player in front of ${route.target.account} gets`),
      h('thead', {}, h('tr', {}, ...heads.map(head => h('th', { scope: 'col' }, head)))),
      h(
        'tbody',
        {},
        ...route.titles.map(({ asset, why, manifest, segment, key }) =>
          h(
            'tr',
            {},
            h('th', { scope: 'row' }, asset, ' ', h('span', { class: 'quiet-text' }, why)),
            ...[manifest, segment, key].map(proof),
          ),
        ),
      ),
    ),
  )
}
