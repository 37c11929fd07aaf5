/** Elements without markup: text is always text, whatever a name in an account holds. */

export type Child = Node | string | undefined

type Listener = (event: Event) => void
type Attributes = Readonly<Record<string, string | number | boolean | Listener | undefined>>

const setAttribute = (element: Element, name: string, value: Attributes[string]): void => {
  if (typeof value === 'function') element.addEventListener(name.replace(/^on/, ''), value)
  else if (value === true) element.setAttribute(name, '')
  else if (value !== undefined && value !== false) element.setAttribute(name, String(value))
}

/**
 * An element with attributes and children.
 * @param attributes `onclick` and its like are listeners; false and undefined leave an attribute out.
 */
export const h = <K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] => {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value)
  element.append(...children.filter(child => child !== undefined))
  return element
}

/** Replaces what is in an element, unless it is there already: a reader's place in it is kept. */
export const fill = (element: Element, ...children: readonly Child[]): void => {
  const wanted = children.filter(child => child !== undefined).filter(child => child !== '')
  const [only] = wanted
  if (wanted.length === 1 && typeof only === 'string' && element.textContent === only && !element.firstElementChild)
    return
  element.replaceChildren(...wanted)
}

/** A piece of the page that shows one thing, and can show it anew. */
export interface Part<T> {
  readonly node: HTMLElement
  update(item: T): void
}

/**
 * Children that follow a list. What is shown already is updated in place, so that focus, open details and what is
 * being typed survive.
 */
export const keyedList = <T>(container: Element, keyOf: (item: T) => string, create: (item: T) => Part<T>) => {
  const parts = new Map<string, Part<T>>()
  return (items: readonly T[]): void => {
    const wanted = new Map(items.map(item => [keyOf(item), item]))
    for (const [key, { node }] of parts) {
      if (wanted.has(key)) continue
      node.remove()
      parts.delete(key)
    }
    let at: Element | null = container.firstElementChild
    for (const [key, item] of wanted) {
      const known = parts.get(key)
      const part = known ?? create(item)
      if (known === undefined) parts.set(key, part)
      else part.update(item)
      if (part.node === at) at = at.nextElementSibling
      else container.insertBefore(part.node, at)
    }
  }
}

/** A button that says what it does; it cannot be pressed again until what it does is done. */
export const button = (
  label: string,
  press: () => Promise<unknown> | undefined,
  attributes: Attributes = {},
): HTMLButtonElement => {
  const element = h('button', { type: 'button', ...attributes }, label)
  element.addEventListener('click', () => {
    // Not `disabled`, which would take the focus away.
    if (element.getAttribute('aria-disabled') === 'true') return
    const work = press()
    if (work === undefined) return
    element.setAttribute('aria-disabled', 'true')
    void work.finally(() => element.removeAttribute('aria-disabled'))
  })
  return element
}

let ids = 0
/** An id that no other element of the page has. */
export const newId = (): string => {
  ids += 1
  return `i${ids}`
}

/** A label with its control. */
export const field = (label: string, control: HTMLElement, hint?: string): HTMLElement => {
  const id = newId()
  control.id = id
  const hintId = `${id}h`
  if (hint !== undefined) control.setAttribute('aria-describedby', hintId)
  return h(
    'div',
    { class: 'field' },
    h('label', { for: id }, label),
    control,
    hint === undefined ? undefined : h('p', { class: 'hint', id: hintId }, hint),
  )
}

type Options = readonly (readonly [value: string, label: string])[]

/** Offers options in a choice of one, and chooses. */
export const offer = (choice: HTMLSelectElement, options: Options, chosen = ''): void => {
  choice.replaceChildren(...options.map(([value, label]) => h('option', { value }, label)))
  if (options.some(([value]) => value === chosen)) choice.value = chosen
}

export const select = (options: Options, chosen = ''): HTMLSelectElement => {
  const choice = h('select')
  offer(choice, options, chosen)
  return choice
}
