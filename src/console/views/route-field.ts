import type { RouteSummaryAnswer } from '../../lib/status/route-summary-answer.ts'
import { field, h, offer } from '../dom.ts'
import { routeName } from '../format.ts'
import { attempt, type Scene } from '../view.ts'

export interface RouteField {
  readonly node: HTMLElement
  /** The route that is chosen, empty until they are known. */
  chosen(): string
  /** All that is known of it. */
  summary(): RouteSummaryAnswer | undefined
  readonly known: Promise<void>
  /** Asks for it again. */
  load(): Promise<void>
}

/** A choice of one route; the one in the address to begin with. */
export const routeField = (scene: Scene, changed: () => void = () => {}): RouteField => {
  const choice = h('select')
  let routes: readonly RouteSummaryAnswer[] = []
  const load = async (): Promise<void> => {
    const answer = await attempt(scene, undefined, () =>
      scene.api.json<{ routes: RouteSummaryAnswer[] }>('routes', { signal: scene.signal }),
    )
    if (answer === undefined) return
    routes = answer.routes
    // Offered once: the choice may be open, and the topology does not change while the app runs.
    if (choice.options.length > 0) return
    const options = routes.map(({ route }) => [route, routeName(route)] as const)
    offer(choice, options, scene.query.get('route') ?? '')
  }
  choice.addEventListener('change', changed)
  return {
    node: field('Route', choice),
    chosen: () => choice.value,
    summary: () => routes.find(({ route }) => route === choice.value),
    known: load(),
    load,
  }
}

/** Accounts of a route, by their short names. */
export const sourceOf = (route: string): string => route.split('>')[0] ?? ''
export const targetOf = (route: string): string => route.split('>')[1] ?? ''
