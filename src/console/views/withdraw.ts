/** Takes titles off the target now, keeps them so, and lets them back. */
import type * as z from 'zod'
import type { withdrawAnswer, withdrawalsAnswer } from '../../lib/http/withdraw-body.ts'
import type { UnitAnswer } from '../../lib/status/unit-answer.ts'
import { confirm, nameList } from '../dialog.ts'
import { button, field, fill, h, keyedList } from '../dom.ts'
import { counted, distance } from '../format.ts'
import { problemBox } from '../problem-box.ts'
import { badge, timeOf } from '../status.ts'
import { attempt, type Scene, type View } from '../view.ts'
import { type RouteField, routeField } from './route-field.ts'
import { namesIn } from './start-form.ts'
import { readUnit } from './unit-row.ts'

type Done = z.infer<typeof withdrawAnswer>['locators'][number]
type Page = z.infer<typeof withdrawalsAnswer>
type Withdrawal = Page['withdrawals'][number]

const targetOf = (route: string): string => route.split('>')[1] ?? ''
const sourceOf = (route: string): string => route.split('>')[0] ?? ''

const results: Readonly<Record<Done['result'], string>> = {
  withdrawn: 'is off',
  absent: 'was not there; it is kept from being published',
  notOurs: 'is not of this app and plays on; it is kept from being published by it',
  pending: 'could not be taken off yet; it is as soon as the account answers',
}

const doneItem = ({ name, result, asset }: Done): HTMLElement =>
  h(
    'li',
    {},
    badge(result, result === 'withdrawn' ? 'good' : result === 'absent' ? 'idle' : 'wait'),
    ' ',
    h('code', {}, name),
    ` ${results[result]}${asset === undefined ? '' : ` (title ${asset})`}.`,
  )

/** Looks a title up, so that nobody has to know the names of its locators. */
const titleSearch = (scene: Scene, route: RouteField, found: (locators: readonly string[]) => void) => {
  const box = problemBox()
  const input = h('input', { autocomplete: 'off', spellcheck: 'false', autocapitalize: 'off' })
  const search = async (): Promise<void> => {
    const name = input.value.trim()
    if (name === '') return input.focus()
    const unit = await attempt(scene, box, () => readUnit(scene, { route: route.chosen(), kind: 'asset', name }))
    if (unit === undefined) return
    const locators: NonNullable<UnitAnswer['facts']['locators']> = unit.facts.locators ?? []
    const where = targetOf(route.chosen())
    scene.say(
      locators.length === 0
        ? `Title ${unit.name} has no locator of this app in ${where}.`
        : `Title ${unit.name} has ${counted(locators.length, 'locator')} in ${where}.`,
    )
    if (locators.length > 0) found(locators)
  }
  input.addEventListener('keydown', event => {
    if (event.key !== 'Enter') return
    event.preventDefault()
    void search()
  })
  return h(
    'div',
    {},
    field('Title', input, 'Its name in full; fills in the locators it has in the target.'),
    h('div', { class: 'bar' }, button('Find locators', search)),
    box.node,
  )
}

const sure = (route: string, names: readonly string[]): Promise<boolean> =>
  confirm({
    title: `Take ${counted(names.length, 'locator')} off ${targetOf(route)} now?`,
    body: [
      nameList('Locators', names),
      h(
        'p',
        {},
        `Players that ask ${targetOf(route)} for these find nothing from then on. ${sourceOf(route)} is not touched: players there play on.`,
      ),
      h('p', {}, `They stay away, whatever ${sourceOf(route)} has, until somebody lets them back below.`),
    ],
    action: `Withdraw ${counted(names.length, 'locator')}`,
  })

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

const withdrawnList = (scene: Scene, route: RouteField) => {
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

export const withdraw: View = {
  title: 'Withdraw',
  show(scene) {
    const box = problemBox()
    const outcome = h('ul', { class: 'outcome', 'aria-label': 'What became of each' })
    const route = routeField(scene, () => void withdrawn.load())
    const withdrawn = withdrawnList(scene, route)
    const locators = h('textarea', { rows: 3, spellcheck: 'false', autocapitalize: 'off' })
    const add = (names: readonly string[]): void => {
      locators.value = [...new Set([...namesIn(locators.value), ...names])].join('\n')
      locators.focus()
    }
    const act = async (): Promise<void> => {
      const names = namesIn(locators.value)
      if (names.length === 0) return locators.focus()
      const chosen = route.chosen()
      if (!(await sure(chosen, names))) return
      const answer = await attempt(scene, box, () =>
        scene.api.json<z.infer<typeof withdrawAnswer>>('withdraw', {
          method: 'POST',
          body: { route: chosen, locators: names },
        }),
      )
      if (answer === undefined) return
      fill(outcome, ...answer.locators.map(doneItem))
      const off = answer.locators.filter(({ result }) => result === 'withdrawn').length
      scene.say(`${counted(off, 'locator')} of ${names.length} taken off ${targetOf(chosen)}.`)
      locators.value = ''
      await withdrawn.load()
    }
    void withdrawn.load()
    return h(
      'div',
      { class: 'stack' },
      h(
        'section',
        { class: 'card form', 'aria-label': 'Withdraw' },
        h('p', {}, 'Takes locators off the target at once, also while the source is down.'),
        route.node,
        titleSearch(scene, route, add),
        field('Locators', locators, 'Names, one a line; 100 at most.'),
        h('div', { class: 'bar' }, button('Withdraw…', act, { class: 'danger' })),
        box.node,
        outcome,
      ),
      withdrawn.node,
    )
  },
}
