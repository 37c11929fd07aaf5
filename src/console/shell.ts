/** What stands around every view: navigation, the key, whether the app answers, and what is read out. */
import { createApi } from './api.ts'
import { button, fill, h } from './dom.ts'
import { moment } from './format.ts'
import type { Scene, View } from './view.ts'

export interface Shell {
  readonly node: HTMLElement
  close(): void
}

const announcer = () => {
  const node = h('div', { class: 'toast', role: 'status' })
  let timer: ReturnType<typeof setTimeout> | undefined
  return {
    node,
    say(text: string): void {
      clearTimeout(timer)
      fill(node, text)
      timer = setTimeout(() => fill(node), 8000)
    },
  }
}

/** Tells when the app does not answer, and of when what is shown is. */
const liveness = () => {
  const node = h('p', { class: 'offline', role: 'status' })
  let answeredAt = Date.now()
  return {
    node,
    heard(answered: boolean): void {
      if (answered) answeredAt = Date.now()
      document.body.classList.toggle('stale', !answered)
      const since = moment(new Date(answeredAt).toISOString(), Date.now())
      fill(node, answered ? '' : `The app does not answer; it is asked again by itself. What is shown is of ${since}.`)
    },
  }
}

const parsed = (): { readonly name: string; readonly query: URLSearchParams } => {
  const [name = '', search = ''] = location.hash.slice(1).split('?')
  return { name, query: new URLSearchParams(search) }
}

/**
 * @param views by their name in the address; the first is the one to begin with.
 * @param left called when the key was given up, or is refused.
 */
export const shell = (key: string, views: Readonly<Record<string, View>>, left: (refused: boolean) => void): Shell => {
  const [first = ''] = Object.keys(views)
  const closed = new AbortController()
  const { node: toast, say } = announcer()
  const { node: offline, heard } = liveness()
  const api = createApi(key, heard)
  const main = h('main', { id: 'main', tabindex: -1 })
  const links = Object.entries(views).map(([name, { title }]) => h('a', { href: `#${name}` }, title))
  const skip = button('Skip to content', () => void main.focus(), { class: 'skip' })
  let shown = new AbortController()

  const show = (): void => {
    const { name, query } = parsed()
    const view = views[name] ?? views[first]
    if (view === undefined) return
    shown.abort()
    shown = new AbortController()
    const { signal } = shown
    const scene: Scene = { api, signal, query, say, keyRefused: () => left(true) }
    const heading = h('h1', { tabindex: -1 }, view.title)
    for (const link of links) link.removeAttribute('aria-current')
    links[Object.values(views).indexOf(view)]?.setAttribute('aria-current', 'page')
    document.title = `${view.title} – Twinstream`
    fill(main, heading, view.show(scene))
    heading.focus({ preventScroll: true })
    scrollTo(0, 0)
  }
  addEventListener('hashchange', show, { signal: closed.signal })
  queueMicrotask(show)

  const node = h(
    'div',
    { class: 'shell' },
    skip,
    h(
      'header',
      {},
      h('span', { class: 'brand' }, h('span', { class: 'mark', 'aria-hidden': 'true' }), 'Twinstream'),
      h('nav', { 'aria-label': 'Views' }, ...links),
      button('Change key', () => void left(false), { class: 'quiet' }),
    ),
    offline,
    main,
    toast,
  )
  return {
    node,
    close() {
      closed.abort()
      shown.abort()
    },
  }
}
