/** What is kept off the target by hand, and lets it back. */
import type * as z from 'zod'
import type { withdrawalsAnswer } from '../../lib/http/withdraw-body.ts'
import { confirm } from '../dialog.ts'
import { button, fill, h, keyedList } from '../dom.ts'
import { distance } from '../format.ts'
import { repeat } from '../poll.ts'
import { problemBox } from '../problem-box.ts'
import { badge, timeOf } from '../status.ts'
import { attempt, look, type Scene } from '../view.ts'
import { type RouteField, sourceOf, targetOf } from './route-field.ts'

type Page = z.infer<typeof withdrawalsAnswer>
type Withdrawal = Page['withdrawals'][number]

const every = 5000

const states: Readonly<Partial<Record<Withdrawal['result'], string>>> = { pending: 'not off yet', notOurs: 'not ours' }

/** Where it does not say by being listed that the locator is off. */
const stillThere: Readonly<Partial<Record<Withdrawal['result'], (target: string) => string>>> = {
  pending: target => `It may still play from ${target}. It is taken off as soon as ${target} takes the delete.`,
  notOurs: target => `It plays on from ${target}: this app did not make it, and leaves it there.`,
}

const withdrawalPart = (scene: Scene, route: string, first: Withdrawal, changed: () => Promise<void>) => {
  const { locator, at } = first
  const box = problemBox()
  const [state, when, why] = [h('span'), h('span', { class: 'quiet-text' }), h('div', { class: 'reason' })]
  const update = ({ result }: Withdrawal): void => {
    const told = stillThere[result]?.(targetOf(route))
    fill(state, badge(states[result] ?? 'off', told === undefined ? 'good' : 'wait'))
    fill(when, told === undefined ? 'withdrawn ' : 'asked for ', timeOf(at, distance(at, Date.now())))
    fill(why, told && h('p', {}, told))
  }
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
    h('div', { class: 'unit-head' }, state, h('strong', { class: 'name' }, locator), when, lift),
    why,
    box.node,
  )
  update(first)
  return { node, update }
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
    const page = await look(scene, box, () => scene.api.json<Page>('withdraw', { query, signal: scene.signal }))
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
  const again = repeat(scene.signal, every, load)
  const turn = (to: string | undefined): Promise<void> => {
    cursor = to
    return again()
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
