/** Asks again for every unit of a route that stands still for one reason. */
import type * as z from 'zod'
import type { unitPageAnswer } from '../../lib/http/endpoints.ts'
import type { UnitAnswer } from '../../lib/status/unit-answer.ts'
import { confirm, nameList } from '../dialog.ts'
import { button, h } from '../dom.ts'
import { counted, kindName, routeName } from '../format.ts'
import type { problemBox } from '../problem-box.ts'
import { address, attempt, type Scene } from '../view.ts'
import { askAgain } from './unit-row.ts'

/** Most that one resync takes, and most of a page. */
const [mostUnits, perPage] = [1000, 200]
const shownNames = 20

export interface Reason {
  readonly route: string
  readonly outcome: string
  readonly code: string
}

/** The first of them; undefined where that was refused. */
const read = async (scene: Scene, box: ReturnType<typeof problemBox>, reason: Reason) => {
  const units: UnitAnswer[] = []
  let cursor: string | undefined
  do {
    const query = new URLSearchParams({ ...reason, top: String(perPage), ...(cursor === undefined ? {} : { cursor }) })
    const page = await attempt(scene, box, () =>
      scene.api.json<z.infer<typeof unitPageAnswer>>('units', { query, signal: scene.signal }),
    )
    if (page === undefined) return undefined
    units.push(...page.units)
    cursor = page.next
  } while (cursor !== undefined && units.length < mostUnits)
  return { units, more: cursor !== undefined }
}

const sure = ({ route, code }: Reason, units: readonly UnitAnswer[], more: boolean): Promise<boolean> => {
  const [, to = ''] = route.split('>')
  const many = counted(units.length, 'unit')
  const names = units.slice(0, shownNames).map(({ kind, name }) => `${kindName(kind)} ${name}`)
  const rest = units.length > shownNames ? [`and ${units.length - shownNames} more`] : []
  return confirm({
    title: `Retry ${more ? `the first ${many}` : many} of ${routeName(route)} with ${code}?`,
    body: [
      h(
        'p',
        {},
        `Each is compared again, and made in ${to} where nothing stands in its way any more. The others end as before.`,
      ),
      nameList('Units', [...names, ...rest]),
    ],
    action: `Retry ${many}`,
  })
}

/** A button for one reason on one route; its operation is shown once it has begun. */
export const retryAll = (scene: Scene, box: ReturnType<typeof problemBox>, reason: Reason): HTMLElement =>
  button(`Retry all with ${reason.code}…`, async () => {
    const found = await read(scene, box, reason)
    if (found === undefined) return
    const { units, more } = found
    if (units.length === 0) return scene.say(`Nothing stands still with ${reason.code} any more.`)
    if (!(await sure(reason, units, more))) return
    const operation = await askAgain(scene, box, reason.route, units)
    if (operation === undefined) return
    scene.say(`${counted(units.length, 'unit')} asked for again.`)
    location.hash = address('operations', { id: operation.id })
  })
