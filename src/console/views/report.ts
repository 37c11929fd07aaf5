/** The report of an operation: thousands of lines, read as they come and shown a page at a time. */

import { button, field, fill, h, newId, select } from '../dom.ts'
import { bytes, count, counted, kindName } from '../format.ts'
import { problemBox } from '../problem-box.ts'
import { prose, remedyOf } from '../prose.ts'
import { type ReportLine, reportLines } from '../report-stream.ts'
import { badge } from '../status.ts'
import { attempt, type Scene } from '../view.ts'

const perPage = 50
const showEvery = 300

type Which = 'differs' | 'trouble' | 'all'
const choices = [
  ['differs', 'What differs'],
  ['trouble', 'What stands in the way'],
  ['all', 'Everything'],
] as const satisfies readonly (readonly [Which, string])[]

const isTrouble = ({ code }: ReportLine): boolean => code !== undefined
const fits = (line: ReportLine, which: string, text: string): boolean => {
  if (which === 'differs' && line.equal === true) return false
  if (which === 'trouble' && !isTrouble(line)) return false
  return text === '' || line.name.toLowerCase().includes(text)
}

const stateOf = ({ equal, outcome, code, requested }: ReportLine): HTMLElement => {
  if (code !== undefined) return badge(outcome ?? 'blocked')
  if (requested === true) return badge('asked for')
  return equal === true ? badge('equal', 'good') : badge('differs', 'wait')
}

const lineItem = (line: ReportLine): HTMLElement => {
  const { kind, name, blobs, bytes: size, code, cause, remedy, detail, changes = [], moreChanges = 0 } = line
  const files = blobs === undefined || blobs === 0 ? '' : `, ${counted(blobs, 'file')}, ${bytes(size ?? 0)}`
  const more = moreChanges > 0 ? [h('li', {}, `and ${counted(moreChanges, 'change')} more`)] : []
  return h(
    'li',
    { class: 'unit' },
    h(
      'div',
      { class: 'unit-head' },
      stateOf(line),
      h('strong', { class: 'name' }, name),
      h('span', { class: 'quiet-text' }, `${kindName(kind)}${files}`),
    ),
    changes.length + more.length === 0
      ? undefined
      : h('ul', { class: 'changes' }, ...changes.map(change => h('li', {}, change)), ...more),
    code === undefined ? undefined : h('p', {}, h('code', {}, code), ' ', prose(cause ?? '')),
    detail === undefined ? undefined : h('p', { class: 'detail' }, detail),
    remedyOf(remedy),
  )
}

const totals = (lines: readonly ReportLine[]): string => {
  const equal = lines.filter(line => line.equal === true).length
  const trouble = lines.filter(isTrouble).length
  return `${counted(lines.length, 'line')}: ${count(equal)} equal, ${count(lines.length - equal)} not, ${count(trouble)} with trouble`
}

/** Also of an operation that goes on: "Read again" reads what has come since. */
export const report = (scene: Scene, id: string): HTMLElement => {
  const box = problemBox()
  const heading = newId()
  const which = select(choices, 'differs')
  const search = h('input', { type: 'search', autocomplete: 'off', spellcheck: 'false' })
  const told = h('p', { class: 'summary' })
  const finished = h('span', { class: 'unseen', role: 'status' })
  const place = h('p', { class: 'summary' })
  const list = h('ul', { class: 'units', 'aria-labelledby': heading })
  let lines: ReportLine[] = []
  let reading: AbortController | undefined
  let page = 0

  const show = (): void => {
    const text = search.value.trim().toLowerCase()
    const found = lines.filter(line => fits(line, which.value, text))
    page = Math.min(page, Math.max(0, Math.ceil(found.length / perPage) - 1))
    const from = page * perPage
    list.replaceChildren(...found.slice(from, from + perPage).map(lineItem))
    const to = Math.min(found.length, from + perPage)
    fill(
      place,
      found.length === 0 ? 'No line to show.' : `${count(from + 1)} to ${count(to)} of ${count(found.length)}`,
    )
    back.hidden = page === 0
    next.hidden = to >= found.length
  }
  const turn = (by: number) => () => {
    page += by
    show()
    list.scrollIntoView({ block: 'start' })
    return Promise.resolve()
  }
  const next = button('Next lines', turn(1))
  const back = button('Lines before', turn(-1))

  const read = async (): Promise<void> => {
    reading?.abort()
    reading = new AbortController()
    const signal = AbortSignal.any([reading.signal, scene.signal])
    lines = []
    let shownAt = 0
    await attempt(scene, box, async () => {
      for await (const some of reportLines(scene.api, id, signal)) {
        lines.push(...some)
        // A page that is full stays as it is while the rest comes in.
        if (performance.now() - shownAt < showEvery) continue
        shownAt = performance.now()
        fill(told, `${counted(lines.length, 'line')} so far`)
        if (list.childElementCount < perPage) show()
      }
    })
    if (signal.aborted) return
    show()
    fill(told, totals(lines))
    fill(finished, `The report is read: ${totals(lines)}.`)
  }
  const restart = (): void => {
    page = 0
    show()
  }
  which.addEventListener('change', restart)
  search.addEventListener('input', restart)
  void read()

  return h(
    'section',
    { class: 'report', 'aria-labelledby': heading },
    h('div', { class: 'bar' }, h('h2', { id: heading }, 'Report'), told, finished, button('Read again', read)),
    h('div', { class: 'filters' }, field('Show', which), field('Name contains', search)),
    box.node,
    h('div', { class: 'bar' }, place, back, next),
    list,
  )
}
