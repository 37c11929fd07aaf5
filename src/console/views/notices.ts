import type { RouteSummaryAnswer } from '../../lib/status/route-summary-answer.ts'
import { h } from '../dom.ts'
import { prose, remedyOf } from '../prose.ts'
import { timeOf } from '../status.ts'
import { address } from '../view.ts'

/** What holds a route back as a whole, and where it is decided. */
export const notices = (route: RouteSummaryAnswer): readonly HTMLElement[] => {
  const known = [
    ['On hold', route.hold, route.hold?.account],
    ['Source replaced', route.replaced, route.replaced?.account],
    ['Back from an outage', route.failback, undefined],
    ['Deletes stopped', route.deletes, undefined],
  ] as const
  return known.flatMap(([title, reason, account]) => {
    if (reason === undefined) return []
    const { code, cause, remedy, since } = reason
    const links = {
      FailbackPending: ['Decide', address('failback', { route: route.route })],
      DeleteWave: ['Look at what would be deleted', address('operations', { route: route.route })],
    } as const satisfies Partial<Record<string, readonly [string, string]>>
    const link = code in links ? links[code as keyof typeof links] : undefined
    return [
      h(
        'div',
        { class: 'notice' },
        h('p', {}, h('strong', {}, account === undefined ? title : `${title}: ${account}`), ' ', h('code', {}, code)),
        h(
          'p',
          {},
          prose(cause),
          since === undefined ? undefined : ' Since ',
          since && timeOf(since, since.slice(0, 16).replace('T', ' ')),
          since && ' UTC.',
        ),
        remedyOf(remedy),
        link && h('p', {}, h('a', { href: link[1] }, link[0])),
      ),
    ]
  })
}
