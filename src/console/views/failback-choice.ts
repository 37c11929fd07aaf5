/** Whose state stays, and what that means, in the words of the accounts. */
import { h, newId } from '../dom.ts'
import { routeName } from '../format.ts'

export type Keep = 'target' | 'source'

/** What a decision does, in the words of the accounts. */
export const meaning = (keep: Keep, from: string, to: string): readonly HTMLElement[] =>
  keep === 'target'
    ? [
        h(
          'p',
          {},
          `${to} stays as it is and becomes the home of these units. ${from} is made equal to it by the route ${routeName(`${to}>${from}`)}: what ${from} has of them is overwritten, locators that ${to} has withdrawn are withdrawn there too.`,
        ),
        h('p', {}, `From then on they are changed in ${to}. What is changed in ${from} is not carried over.`),
      ]
    : [
        h(
          'p',
          {},
          `${to} is made as ${from} is: every change that was made in ${to} to these units meanwhile is overwritten, and locators that were taken off there come back if ${from} has them.`,
        ),
        h('p', {}, `${from} is not touched.`),
      ]

export const choices = (from: string, to: string, chosen: () => Keep, set: (keep: Keep) => void): HTMLElement => {
  const name = newId()
  const radio = (keep: Keep, label: string) => {
    const input = h('input', { type: 'radio', name, value: keep, checked: chosen() === keep })
    input.addEventListener('change', () => set(keep))
    return h('label', { class: 'choice' }, input, h('span', {}, label))
  }
  return h(
    'fieldset',
    {},
    h('legend', {}, 'Whose state stays?'),
    radio('target', `${to}: what was changed there is kept, and ${from} follows`),
    radio('source', `${from}: what was changed in ${to} is overwritten`),
  )
}
