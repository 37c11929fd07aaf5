/** What the traffic of a history must not show: P5 and P10 for every single call, in the order in which they were made. Pure. */
import type { TrafficLine } from '../../local/stack/simulator-control.ts'

export type Line = TrafficLine & { readonly byApp: boolean }

/** Deletes that a route may make in a day before it stops (at least 20, and these histories are small). */
const waveLimit = 20

/** `streamingLocators/film`, lower case. */
const pathOf = ({ url }: Line): string =>
  decodeURIComponent(new URL(url).pathname.split('/').slice(9).join('/')).toLowerCase()

const isWrite = ({ method, operation }: Line) =>
  ['PUT', 'PATCH', 'DELETE'].includes(method) || (method === 'POST' && !/_(List|Get)/.test(operation))

const assetOf = (body: unknown): string =>
  String((body as { properties?: { assetName?: string } } | undefined)?.properties?.assetName ?? '').toLowerCase()

/** What A has, by the calls of its publishers; a PUT that was refused changes nothing. */
class Source {
  readonly #assetOfPath = new Map<string, string>()

  take(line: Line): void {
    const path = pathOf(line)
    if (line.method === 'PUT' && line.status < 300) this.#assetOfPath.set(path, assetOf(line.request))
    if (line.method !== 'DELETE' || line.status >= 300) return
    this.#assetOfPath.delete(path)
    const [collection, asset] = path.split('/')
    if (collection !== 'assets') return
    for (const [other, of] of this.#assetOfPath)
      if (of === asset || other.startsWith(`${path}/`)) this.#assetOfPath.delete(other)
  }

  has(path: string): boolean {
    return this.#assetOfPath.has(path)
  }
}

export interface Exempt {
  /** Paths that an operator has withdrawn by hand. */
  readonly withdrawn: ReadonlySet<string>
  readonly confirmed: boolean
}

/** What a locator plays; empty for other things, and where there is no such answer. */
const playedBy = (body: unknown): string => {
  const { assetName, streamingLocatorId } = ((body as { properties?: object } | undefined)?.properties ?? {}) as Record<
    string,
    unknown
  >
  return `${String(assetName)}/${String(streamingLocatorId)}`.toLowerCase()
}

/** What the app has learnt and done, as far as its deletes rest on it. */
class App {
  /** Last answer of A, by path. */
  readonly #answers = new Map<string, Line>()
  /** What the app last wrote to B, by path, and whether it has read A since. */
  readonly #written = new Map<string, { readonly body: unknown; readonly readSince: boolean }>()

  readInA(path: string, line: Line): void {
    this.#answers.set(path, line)
    const written = this.#written.get(path)
    if (written !== undefined) this.#written.set(path, { ...written, readSince: true })
  }

  wroteToB(path: string, line: Line): void {
    this.#written.set(path, { body: line.request, readSince: false })
  }

  statusInA(path: string): number | undefined {
    return this.#answers.get(path)?.status
  }

  /** What it made a moment ago and takes back, or what plays something else in A by now. */
  mayTakeBack(path: string): boolean {
    const written = this.#written.get(path)
    const answer = this.#answers.get(path)
    if (written?.readSince === false) return true
    return answer?.status === 200 && written !== undefined && playedBy(answer.response) !== playedBy(written.body)
  }
}

/**
 * Sentences about calls that break a promise. A delete in B rests on an answer that A gave the app: 404 for what is to
 * go, or a read of what takes its place, which then follows; what the app has just made itself it may take back.
 */
export const brokenByTraffic = (lines: readonly Line[], { withdrawn, confirmed }: Exempt): readonly string[] => {
  const broken: string[] = []
  const [source, app] = [new Source(), new App()]
  let removed = 0
  const isWrittenAfter = (index: number, path: string) =>
    lines
      .slice(index + 1)
      .some(line => line.byApp && line.account === 'west' && line.method === 'PUT' && pathOf(line) === path)

  const checkDelete = (index: number, path: string) => {
    // Filters of an asset are told by the list of all of them.
    const status = path.includes('/assetfilters/') ? 404 : app.statusInA(path)
    const replaced = isWrittenAfter(index, path)
    if (status !== 404 && !replaced && !app.mayTakeBack(path))
      broken.push(`P10: ${path} was deleted in B, where A had last answered ${status ?? 'nothing'}`)
    if (status === 404 && !source.has(path) && !replaced) removed += 1
  }

  for (const [index, line] of lines.entries()) {
    const path = pathOf(line)
    if (!line.byApp) {
      if (line.account === 'east') source.take(line)
    } else if (line.account === 'east') {
      if (isWrite(line)) broken.push(`P5: ${line.method} ${path} in A (${line.status})`)
      else if (line.method === 'GET') app.readInA(path, line)
    } else if (line.account === 'west' && line.status < 300) {
      if (line.method === 'PUT') app.wroteToB(path, line)
      if (line.method === 'DELETE' && !withdrawn.has(path)) checkDelete(index, path)
    }
  }
  if (removed > waveLimit && !confirmed) broken.push(`P10: ${removed} deletes in B, unconfirmed`)
  return broken
}
