import { type Api, KeyRefused, Refusal } from './api.ts'
import type { ProblemBox } from './problem-box.ts'

/** What a view is shown with. */
export interface Scene {
  readonly api: Api
  /** Aborted when another view is shown. */
  readonly signal: AbortSignal
  /** What stands behind the view's name in the address. */
  readonly query: URLSearchParams
  /** Reads something out, and shows it for a while. */
  say(text: string): void
  /** The key is not accepted any more. */
  keyRefused(): void
}

export interface View {
  readonly title: string
  /** Makes the view; it asks for what it shows by itself, until the signal. */
  show(scene: Scene): HTMLElement
}

/**
 * Does some work and shows what was refused of it.
 * @returns undefined where it was refused, or the view is gone.
 */
export const attempt = async <T>(
  scene: Scene,
  box: ProblemBox | undefined,
  work: () => Promise<T>,
): Promise<T | undefined> => {
  try {
    const result = await work()
    if (scene.signal.aborted) return undefined
    box?.clear()
    return result
  } catch (error) {
    if (scene.signal.aborted) return undefined
    if (error instanceof KeyRefused) scene.keyRefused()
    else if (error instanceof Refusal) box?.show(error.refused)
    else throw error
    return undefined
  }
}

/** The same for what is asked again and again: that the app does not answer stands at the top of the page already. */
export const look = <T>(scene: Scene, box: ProblemBox, work: () => Promise<T>): Promise<T | undefined> =>
  attempt(scene, { ...box, show: refused => (refused.code === 'Unreachable' ? undefined : box.show(refused)) }, work)

/** Address of a view, for links. */
export const address = (view: string, query: Readonly<Record<string, string>> = {}): string => {
  const search = new URLSearchParams(query)
  return search.size === 0 ? `#${view}` : `#${view}?${search}`
}
