/** Starts a resync, or tries out what one would do. */
import type { OperationAnswer } from '../../lib/status/operation-answer.ts'
import { confirm, nameList } from '../dialog.ts'
import { button, field, fill, h } from '../dom.ts'
import { counted, routeName } from '../format.ts'
import { problemBox } from '../problem-box.ts'
import { address, attempt, type Scene } from '../view.ts'
import { routeField } from './route-field.ts'

const options = [
  ['adopt', 'Adopt: take over objects of the target that this app did not make'],
  ['replaceInUse', 'Replace in use: take our locators off for the moment that a streaming policy is replaced'],
  [
    'confirmDeletes',
    "Confirm deletes: lift the route's limit of deletes for a day, and follow a source that was replaced",
  ],
] as const

const checkbox = (label: string): { readonly node: HTMLElement; readonly input: HTMLInputElement } => {
  const input = h('input', { type: 'checkbox' })
  return { input, node: h('label', { class: 'choice' }, input, h('span', {}, label)) }
}

export const namesIn = (text: string): readonly string[] => [
  ...new Set(
    text
      .split('\n')
      .map(line => line.trim())
      .filter(line => line !== ''),
  ),
]

export const startForm = (scene: Scene): HTMLElement => {
  const box = problemBox()
  const { node: route, chosen, known } = routeField(scene)
  const titles = h('textarea', { rows: 2, spellcheck: 'false', autocapitalize: 'off' })
  const boxes = options.map(([name, label]) => ({ name, label, ...checkbox(label) }))

  const ask = async (dryRun: boolean): Promise<void> => {
    const names = namesIn(titles.value)
    await known
    const what = names.length === 0 ? { all: true } : { assets: names }
    const ticked = boxes.filter(({ input }) => input.checked)
    const permissions = Object.fromEntries(ticked.map(({ name }) => [name, true]))
    const body = { route: chosen(), ...what, ...(dryRun ? { dryRun } : {}), ...permissions }
    if (
      !dryRun &&
      !(await sure(
        chosen(),
        names,
        ticked.map(({ label }) => label),
      ))
    )
      return
    const operation = await attempt(scene, box, () =>
      scene.api.json<OperationAnswer>('resync', { method: 'POST', body }),
    )
    if (operation === undefined) return
    scene.say(dryRun ? 'The dry run has begun.' : 'The resync has begun.')
    location.hash = address('operations', { id: operation.id })
  }

  return h(
    'section',
    { class: 'card form', 'aria-label': 'Compare and resync' },
    route,
    field('Titles', titles, 'Names, one a line. Empty: everything that the route includes.'),
    h('details', {}, h('summary', {}, 'What it may do besides'), ...boxes.map(({ node }) => node)),
    h(
      'div',
      { class: 'bar' },
      button('Dry run', () => ask(true), { class: 'primary' }),
      button('Resync…', () => ask(false)),
      h('span', { class: 'hint' }, 'A dry run compares and reports; it changes nothing.'),
    ),
    box.node,
  )
}

const sure = (route: string, names: readonly string[], permissions: readonly string[]): Promise<boolean> => {
  const [from = '', to = ''] = route.split('>')
  const what = names.length === 0 ? 'everything that the route includes' : counted(names.length, 'title')
  const list = h('ul', {})
  fill(list, ...permissions.map(text => h('li', {}, text)))
  return confirm({
    title: `Resync ${what} of ${routeName(route)}?`,
    body: [
      h(
        'p',
        {},
        `Both accounts are compared. What differs in ${to} is made as it is in ${from}: files are copied, policies and locators written. Nothing is written in ${from}.`,
      ),
      ...(names.length === 0 ? [] : [nameList('Titles', names)]),
      ...(permissions.length === 0 ? [] : [h('p', {}, 'Besides:'), list]),
    ],
    action: names.length === 0 ? 'Resync everything' : `Resync ${counted(names.length, 'title')}`,
  })
}
