/** What the catalogues of codes say, for readers. */
import { h } from './dom.ts'

/** Text of the catalogues, in which `code` stands between backticks. */
export const prose = (text: string): DocumentFragment => {
  const whole = document.createDocumentFragment()
  for (const [index, part] of text.split('`').entries()) whole.append(index % 2 === 1 ? h('code', {}, part) : part)
  return whole
}

/** What to do about something. */
export const remedyOf = (remedy: string | undefined): HTMLElement | undefined =>
  remedy === undefined ? undefined : h('p', { class: 'remedy' }, prose(remedy))
