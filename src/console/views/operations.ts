import type * as z from 'zod'
import type { operationsAnswer } from '../../lib/http/operation-list.ts'
import type { OperationAnswer } from '../../lib/status/operation-answer.ts'
import type { SweptRouteAnswer } from '../../lib/status/sweeps-answer.ts'
import { button, fill, h, keyedList } from '../dom.ts'
import { repeat } from '../poll.ts'
import { problemBox } from '../problem-box.ts'
import { look, type Scene, type View } from '../view.ts'
import { operation } from './operation.ts'
import { type ListedOperation, operationPart } from './progress.ts'
import { startForm } from './start-form.ts'

type Page = z.infer<typeof operationsAnswer>

const every = 2000
const perPage = '20'

/** How far units asked for by name are, only each operation itself tells; one that has ended is asked for once. */
const statuses = (scene: Scene) => {
  const ended = new Map<string, OperationAnswer>()
  return async (listed: ListedOperation): Promise<ListedOperation> => {
    if (listed.status !== undefined) return listed
    const known = ended.get(listed.id)
    if (known !== undefined) return known
    const answer = await scene.api.json<OperationAnswer>(`operations/${listed.id}`, { signal: scene.signal })
    if (answer.status !== 'running') ended.set(answer.id, answer)
    return answer
  }
}

const resyncList = (scene: Scene): HTMLElement => {
  const box = problemBox()
  const list = h('ul', { class: 'units', 'aria-label': 'Resyncs' })
  const show = keyedList<ListedOperation>(
    list,
    ({ id }) => id,
    one => operationPart(scene, one, true),
  )
  const empty = h('p', { class: 'empty' })
  const statusOf = statuses(scene)
  let [cursor, next]: (string | undefined)[] = []
  const again = repeat(scene.signal, every, async () => {
    const page = await look(scene, box, async () => {
      const query = new URLSearchParams({ top: perPage, ...(cursor === undefined ? {} : { cursor }) })
      const answer = await scene.api.json<Page>('operations', { query, signal: scene.signal })
      return { ...answer, operations: await Promise.all(answer.operations.map(statusOf)) }
    })
    if (page === undefined) return
    show(page.operations)
    fill(empty, page.operations.length === 0 ? 'Nobody has asked for a resync of late.' : '')
    next = page.next
    older.hidden = next === undefined
    latest.hidden = cursor === undefined
  })
  const turn = (to: string | undefined): Promise<void> => {
    cursor = to
    return again()
  }
  const older = button('Older', () => turn(next))
  const latest = button('Latest', () => turn(undefined))
  older.hidden = true
  latest.hidden = true
  return h('section', {}, h('h2', {}, 'Resyncs'), box.node, empty, list, h('div', { class: 'bar' }, latest, older))
}

const sweepList = (scene: Scene): HTMLElement => {
  const box = problemBox()
  const list = h('ul', { class: 'units', 'aria-label': 'Sweeps' })
  const show = keyedList<OperationAnswer>(
    list,
    ({ id }) => id,
    one => operationPart(scene, one, true),
  )
  const due = h('p', { class: 'empty' })
  repeat(scene.signal, every * 5, async () => {
    const answer = await look(scene, box, () =>
      scene.api.json<{ routes: SweptRouteAnswer[] }>('sweeps', { signal: scene.signal }),
    )
    if (answer === undefined) return
    const operations = answer.routes.flatMap(({ sweeps }) => sweeps).flatMap(sweep => sweep.operation ?? [])
    show(operations)
    fill(due, operations.length === 0 ? 'No sweep has run yet; the first are due within minutes.' : '')
  })
  return h(
    'section',
    {},
    h('h2', {}, 'Sweeps'),
    h('p', { class: 'hint' }, 'They find by themselves what no event told.'),
    box.node,
    due,
    list,
  )
}

export const operations: View = {
  title: 'Operations',
  show(scene) {
    const id = scene.query.get('id')
    if (id !== null) return operation(scene, id)
    return h('div', { class: 'stack' }, startForm(scene), resyncList(scene), sweepList(scene))
  },
}
