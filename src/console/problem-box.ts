/** What was refused, why, and what to do about it. */

import type { Refused } from './api.ts'
import { fill, h } from './dom.ts'
import { remedyOf } from './prose.ts'

export interface ProblemBox {
  readonly node: HTMLElement
  show(refused: Refused): void
  clear(): void
}

const list = (lines: readonly string[]): HTMLElement | undefined =>
  lines.length === 0 ? undefined : h('ul', {}, ...lines.map(line => h('li', {}, line)))

const contents = ({ title, detail, code, remedy, issues = [], names = [] }: Refused): readonly HTMLElement[] =>
  [
    h('p', { class: 'problem-title' }, h('strong', {}, title), ' ', h('code', {}, code)),
    h('p', {}, detail),
    list(issues.map(({ path, found, allowed }) => `${path}: ${found}; allowed: ${allowed}`)),
    list(names),
    remedyOf(remedy),
  ].filter(part => part !== undefined)

/** Is read out when something is put into it, so it has to be in the page before. */
export const problemBox = (): ProblemBox => {
  const node = h('div', { class: 'problem', role: 'alert' })
  return {
    node,
    show: refused => fill(node, ...contents(refused)),
    clear: () => fill(node),
  }
}
