/** What is kept off the target by hand, and lets it back. */
import type * as z from 'zod'
import type { withdrawalsAnswer } from '../../lib/http/withdraw-body.ts'
import { confirm } from '../dialog.ts'
import { button, fill, h, keyedList } from '../dom.ts'
import { distance } from '../format.ts'
import { problemBox } from '../problem-box.ts'
import { timeOf } from '../status.ts'
import { attempt, type Scene } from '../view.ts'
import { type RouteField, sourceOf, targetOf } from './route-field.ts'

type Page = z.infer<typeof withdrawalsAnswer>
type Withdrawal = Page['withdrawals'][number]

const withdrawalPart = (scene: Scene, route: string, { locator, at }: Withdrawal, changed: () => Promise<void>) => {
  const box = problemBox()
  const lift = button(
    'Let back…',
    async () => {
      const yes = await confirm({
        title: `Let ${locator} back on ${targetOf(route)}?`,
        body: [
          h(
            'p',
            {},
            `If ${sourceOf(route)} still publishes it, it is made again in ${targetOf(route)} as soon as its title is looked at, which is asked for at once.`,
          ),
        ],
        action: 'Let it back',
      })
      if (!yes) return
      const query = new URLSearchParams({ route, locator })
      const done = await attempt(scene, box, () => scene.api.json('withdraw', { method: 'DELETE', query }))
      if (done === undefined) return
      scene.say(`${locator} may be published again.`)
      await changed()
    },
    { 'aria-label': `Let back… ${locator}` },
  )
  const node = h(
    'li',
    { class: 'unit' },
    h(
      'div',
      { class: 'unit-head' },
      h('strong', { class: 'name' }, locator),
      h('span', { class: 'quiet-text' }, 'withdrawn ', timeOf(at, distance(at, Date.now()))),
      lift,
    ),
    box.node,
  )
  return { node, update: () => {} }
}

export const withdrawnList = (scene: Scene, route: RouteField) => {
  const box = problemBox()
  const list = h('ul', { class: 'units', 'aria-label': 'Withdrawn locators' })
  const empty = h('p', { class: 'empty', role: 'status' })
  let [cursor, next]: (string | undefined)[] = []
  const load = async (): Promise<void> => {
    await route.known
    const chosen = route.chosen()
    if (chosen === '') return
    const query = new URLSearchParams({ route: chosen, top: '50', ...(cursor === undefined ? {} : { cursor }) })
    const page = await attempt(scene, box, () => scene.api.json<Page>('withdraw', { query, signal: scene.signal }))
    if (page === undefined) return
    show(page.withdrawals)
    next = page.next
    more.hidden = next === undefined
    first.hidden = cursor === undefined
    fill(empty, page.withdrawals.length === 0 ? `Nothing is kept off ${targetOf(chosen)} by hand.` : '')
  }
  const show = keyedList<Withdrawal>(
    list,
    ({ locator, at }) => `${route.chosen()} ${locator} ${at}`,
    one => withdrawalPart(scene, route.chosen(), one, load),
  )
  const turn = (to: string | undefined): Promise<void> => {
    cursor = to
    return load()
  }
  const more = button('Next page', () => turn(next))
  const first = button('First page', () => turn(undefined))
  more.hidden = true
  first.hidden = true
  const node = h(
    'section',
    {},
    h('h2', {}, 'Kept off by hand'),
    box.node,
    empty,
    list,
    h('div', { class: 'bar' }, first, more),
  )
  return { node, load: () => turn(undefined) }
}
