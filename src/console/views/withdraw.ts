/** Takes titles off the target now, keeps them so, and lets them back. */
import type * as z from 'zod'
import type { withdrawAnswer } from '../../lib/http/withdraw-body.ts'
import type { UnitAnswer } from '../../lib/status/unit-answer.ts'
import { confirm, nameList } from '../dialog.ts'
import { button, field, fill, h } from '../dom.ts'
import { counted } from '../format.ts'
import { problemBox } from '../problem-box.ts'
import { badge } from '../status.ts'
import { attempt, type Scene, type View } from '../view.ts'
import { type RouteField, routeField, sourceOf, targetOf } from './route-field.ts'
import { namesIn } from './start-form.ts'
import { readUnit } from './unit-row.ts'
import { withdrawnList } from './withdrawn-list.ts'

type Done = z.infer<typeof withdrawAnswer>['locators'][number]

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
    await route.known
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
      await route.known
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
