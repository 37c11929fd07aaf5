/** Asks before something happens that players notice, and says what that is. */
import { field, h, newId } from './dom.ts'

export interface Question {
  readonly title: string
  /** What will happen, each a sentence or a list of names. */
  readonly body: readonly HTMLElement[]
  /** What the button does, e.g. `Withdraw 2 locators`. */
  readonly action: string
  /** To be typed before the button does it. */
  readonly typed?: string
}

/** Names in full, in a box that scrolls. */
export const nameList = (label: string, names: readonly string[]): HTMLElement =>
  h('ul', { class: 'names', tabindex: 0, 'aria-label': label }, ...names.map(name => h('li', {}, h('code', {}, name))))

/** Resolves with whether it was confirmed; Escape and Cancel are no. Focus goes back to where it was. */
export const confirm = ({ title, body, action, typed }: Question): Promise<boolean> => {
  const [id, text] = [newId(), newId()]
  const go = h('button', { type: 'button', class: 'danger' }, action)
  const no = h('button', { type: 'button' }, 'Cancel')
  const input = h('input', { autocomplete: 'off', spellcheck: 'false', autocapitalize: 'off' })
  const node = h(
    'dialog',
    { 'aria-labelledby': id, 'aria-describedby': text },
    h('h2', { id }, title),
    h('div', { class: 'dialog-body', id: text }, ...body),
    typed === undefined ? undefined : field(`Type ${typed} to confirm`, input),
    h('div', { class: 'dialog-buttons' }, no, go),
  )
  const isTyped = () => typed === undefined || input.value.trim() === typed
  const show = () => (isTyped() ? go.removeAttribute('aria-disabled') : go.setAttribute('aria-disabled', 'true'))
  show()
  document.body.append(node)
  node.showModal()
  const first = typed === undefined ? no : input
  first.focus()
  return new Promise(resolve => {
    input.addEventListener('input', show)
    node.addEventListener('close', () => {
      node.remove()
      resolve(node.returnValue === 'yes')
    })
    no.addEventListener('click', () => node.close('no'))
    go.addEventListener('click', () => isTyped() && node.close('yes'))
  })
}
