import { createApi, KeyRefused, Refusal } from './api.ts'
import { field, h } from './dom.ts'
import { problemBox } from './problem-box.ts'

const notAccepted = {
  title: 'This key is not accepted',
  detail: 'It may be mistyped, replaced, or one of another app.',
  code: 'KeyRefused',
  remedy: 'Type it again, or ask whoever deployed the app for another.',
}

/**
 * Asks for a key and tries it.
 * @param refused whether the one before is no longer accepted.
 */
export const signIn = (refused: boolean, opened: (key: string) => void): HTMLElement => {
  const box = problemBox()
  const input = h('input', {
    type: 'password',
    autocomplete: 'off',
    spellcheck: 'false',
    required: true,
    name: 'key',
    maxlength: 200,
  })
  const submit = h('button', { type: 'submit', class: 'primary' }, 'Open')

  const tryKey = async (): Promise<void> => {
    const key = input.value.trim()
    // A header takes nothing else, and no key has anything else.
    if (!/^[\x21-\x7e]+$/.test(key)) return box.show(notAccepted)
    try {
      await createApi(key, () => {}).json('routes')
    } catch (error) {
      if (error instanceof KeyRefused) return box.show(notAccepted)
      if (!(error instanceof Refusal)) throw error
      // Mistakes in the settings keep nobody from coming in and reading of them.
      if (error.refused.code !== 'NotReady') return box.show(error.refused)
    }
    opened(key)
  }

  const form = h(
    'form',
    { class: 'card sign-in', novalidate: true },
    h('h1', {}, 'Twinstream'),
    h('p', {}, `Console of the app on ${location.host}.`),
    box.node,
    field('Function key', input, 'It stays in this tab until that is closed, and is sent to this app only.'),
    submit,
    h('p', { class: 'hint' }, 'A key for reading shows everything. A key for writing also acts.'),
  )
  form.addEventListener('submit', event => {
    event.preventDefault()
    submit.setAttribute('aria-busy', 'true')
    void tryKey().finally(() => {
      submit.removeAttribute('aria-busy')
      if (box.node.childElementCount > 0) input.select()
    })
  })
  queueMicrotask(() => {
    if (refused) box.show(notAccepted)
    input.focus()
  })
  return h('main', { class: 'centre' }, form)
}
