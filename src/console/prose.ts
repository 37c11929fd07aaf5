/** What the catalogues of codes say, for readers. */
import { h } from './dom.ts'

/** Text of the catalogues, in which `code` stands between backticks. */
export const prose = (text: string): DocumentFragment => {
  const whole = document.createDocumentFragment()
  for (const [index, part] of text.split('`').entries()) whole.append(index % 2 === 1 ? h('code', {}, part) : part)
  return whole
}

const runbook = document.querySelector<HTMLMetaElement>('meta[name=runbook]')?.content

const sectionOf = (code: string): HTMLElement | undefined =>
  runbook === undefined
    ? undefined
    : h('a', { href: `${runbook}#${code.toLowerCase()}`, target: '_blank', rel: 'noopener' }, `${code} in the runbook`)

/** What to do about something. @param code with a section of the runbook. */
export const remedyOf = (remedy: string | undefined, code?: string): HTMLElement | undefined =>
  remedy === undefined ? undefined : h('p', { class: 'remedy' }, prose(remedy), ' ', code && sectionOf(code))
