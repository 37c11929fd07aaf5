/** What the traffic of a history must not show: P5 and P10 for every single call, in the order in which they were made. Pure. */
import type { JudgedLine as Line } from '../../local/stack/simulator-control.ts'

export type { Line }

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

const isPutByApp = (line: Line, path: string) =>
  line.byApp && line.account === 'west' && line.method === 'PUT' && pathOf(line) === path

const isAsset = (path: string) => /^assets\/[^/]+$/.test(path)

/** Names of assets that B has had, by their containers. */
export const assetsOfContainers = (lines: readonly Line[]): ReadonlyMap<string, string> =>
  new Map(
    lines
      .filter(line => line.account === 'west' && line.method === 'PUT' && line.status < 300 && isAsset(pathOf(line)))
      .map(line => {
        const { container } = (line.response as { properties?: { container?: unknown } } | null)?.properties ?? {}
        return [String(container), decodeURIComponent(new URL(line.url).pathname.split('/').at(-1) ?? '')]
      }),
  )

export interface Exempt {
  /** Paths that an operator has withdrawn by hand. */
  readonly withdrawn: ReadonlySet<string>
  readonly confirmed: boolean
  /** For how long a title is kept that A has lost, in milliseconds; absent: others look at that. */
  readonly grace?: number
  /** Activities run twice. */
  readonly twice?: boolean
}

/**
 * Milliseconds for which an execution may act on what it has heard although another one has heard otherwise since: that A has
 * it again, or that B has another one.
 */
const ownEars = 1000

/** What a locator plays; empty for other things, and where there is no such answer. */
const playedBy = (body: unknown): string => {
  const { assetName, streamingLocatorId } = ((body as { properties?: object } | undefined)?.properties ?? {}) as Record<
    string,
    unknown
  >
  return `${String(assetName)}/${String(streamingLocatorId)}`.toLowerCase()
}

/** What B has by now, and who made it. */
class Target {
  readonly #byApp = new Map<string, boolean>()

  take(line: Line): void {
    const path = pathOf(line)
    if (line.status >= 300) return
    if (line.method === 'PUT' && !this.#byApp.has(path)) this.#byApp.set(path, line.byApp)
    if (line.method !== 'DELETE') return
    for (const other of this.#byApp.keys())
      if (other === path || other.startsWith(`${path}/`)) this.#byApp.delete(other)
  }

  has(path: string): boolean {
    return this.#byApp.has(path)
  }

  /** Whether somebody else made it, or the asset that it is part of. */
  isForeign(path: string): boolean {
    return this.#byApp.get(path) === false || this.#byApp.get(path.split('/').slice(0, 2).join('/')) === false
  }
}

/** When A's was made, which tells one from another of its name. */
const createdOf = (answer: Line | undefined): string | undefined =>
  (answer?.response as { properties?: { created?: string } } | undefined)?.properties?.created

interface Written {
  readonly body: unknown
  /** What A had last answered about it by then. */
  readonly basis: Line | undefined
  /** The app has read the object in A since, or the list that shows it. */
  readonly readSince: boolean
  /** When B last showed the app the one before, which it deleted then: another execution may still mean that one. */
  meansBefore: number | undefined
}

/** What the app has learnt and done, as far as its deletes rest on it. */
class App {
  /** Last answer of A, by path. */
  readonly #answers = new Map<string, Line>()
  /** When A first said that it has none, when it last did, and whether it has shown it since. */
  readonly #missed = new Map<string, { readonly since: number; readonly last: number; readonly isBack: boolean }>()
  /** What the app last wrote to B, by path. */
  readonly #written = new Map<string, Written>()
  /** When B last showed the app one of a name, and when the app has deleted that since. */
  readonly #shown = new Map<string, { readonly at: number; readonly isDeleted: boolean }>()
  /** Milliseconds for which an answer outlasts later ones. */
  readonly #outlasts: number

  constructor(outlasts: number) {
    this.#outlasts = outlasts
  }

  /** @param has whether A has it: a 200 after a 404 about what it has not is an old answer, and withdraws nothing. */
  readInA(path: string, line: Line, has: boolean): void {
    if (line.status < 300 && !has && this.statusInA(path) === 404) return
    this.#answers.set(path, line)
    const before = this.#missedBy(path, line.at)
    if (line.status === 404) this.#missed.set(path, { since: before?.since ?? line.at, last: line.at, isBack: false })
    else if (line.status < 300 && before !== undefined) this.#missed.set(path, { ...before, isBack: true })
    for (const [other, written] of this.#written)
      if (other === path || (path.endsWith('/assetfilters') && other.startsWith(`${path}/`)))
        this.#written.set(other, { ...written, readSince: true })
  }

  wroteToB(path: string, line: Line): void {
    const shown = this.#shown.get(path)
    const meansBefore = shown?.isDeleted ? shown.at : undefined
    this.#written.set(path, { body: line.request, basis: this.#answers.get(path), readSince: false, meansBefore })
    this.#shown.delete(path)
  }

  readInB(path: string, { at, status }: Line): void {
    if (status < 300) this.#shown.set(path, { at, isDeleted: false })
  }

  deletedInB(path: string): void {
    const shown = this.#shown.get(path)
    if (shown !== undefined) this.#shown.set(path, { ...shown, isDeleted: true })
  }

  /**
   * The delete of a locator that is replaced may mean the one before, once: no delete of the service has a condition, and
   * two executions may have seen the same.
   */
  meansTheOneBefore(path: string, { began }: Line): boolean {
    const written = this.#written.get(path)
    const since = path.startsWith('streaminglocators/') ? written?.meansBefore : undefined
    if (written === undefined || since === undefined || began - since >= this.#outlasts) return false
    written.meansBefore = undefined
    this.#shown.delete(path)
    return true
  }

  statusInA(path: string): number | undefined {
    return this.#answers.get(path)?.status
  }

  #missedBy(path: string, now: number) {
    const missed = this.#missed.get(path)
    return missed?.isBack && now - missed.last >= this.#outlasts ? undefined : missed
  }

  /** Milliseconds for which A has lacked it by then, as far as it was asked. */
  lackedFor(path: string, now: number): number {
    return now - (this.#missedBy(path, now)?.since ?? now)
  }

  /** A has said that it is gone, and nothing was written of it since. */
  isGone(path: string, now: number): boolean {
    const isMissed = this.statusInA(path) === 404 || this.#missedBy(path, now)?.isBack === true
    return isMissed && this.#written.get(path)?.readSince !== false
  }

  /**
   * What B did not keep whole is taken back at once. A locator of A may play something else by now, and a streaming policy,
   * which nobody can change, be another one.
   */
  mayTakeBack(path: string): boolean {
    const written = this.#written.get(path)
    const answer = this.#answers.get(path)
    if (written === undefined) return false
    if (path.startsWith('streamingpolicies/') && written.readSince)
      return answer?.status === 200 && createdOf(answer) !== createdOf(written.basis)
    if (!path.startsWith('streaminglocators/')) return !written.readSince
    return written.readSince && answer?.status === 200 && playedBy(answer.response) !== playedBy(written.body)
  }
}

/**
 * Sentences about calls that break a promise. A delete in B rests on an answer that A gave the app after it last wrote the
 * object: 404 for what is to go, or a locator that plays something else. What comes back later excuses nothing: whatever A
 * still has always does.
 */
export const brokenByTraffic = (
  lines: readonly Line[],
  { withdrawn, confirmed, grace, twice = false }: Exempt,
): readonly string[] => {
  const broken: string[] = []
  const [source, target, app] = [new Source(), new Target(), new App(twice ? ownEars : 0)]
  let removed = 0
  const isWrittenAfter = (index: number, path: string) => lines.slice(index + 1).some(line => isPutByApp(line, path))

  const isPutBack = (index: number, path: string, at: number) =>
    lines.slice(index + 1).some(one => isPutByApp(one, path) && one.status < 300 && one.began - at < ownEars)

  const checkDelete = (index: number, path: string, line: Line) => {
    const { at } = line
    const isGone = app.isGone(path, at)
    if (isAsset(path)) {
      const lacked = app.lackedFor(path, at)
      if (grace !== undefined && lacked < grace)
        broken.push(`P10: ${path} was deleted in B, which A had lacked for ${lacked} ms of ${grace}`)
    }
    const isInOrder =
      isGone || app.mayTakeBack(path) || (isPutBack(index, path, at) && app.meansTheOneBefore(path, line))
    if (!isInOrder)
      broken.push(`P10: ${path} was deleted in B, where A had last answered ${app.statusInA(path) ?? 'nothing'}`)
    // What is made again with the same content counts once for the app, however often it goes.
    if (isGone && !source.has(path) && !isWrittenAfter(index, path)) removed += 1
  }

  for (const [index, line] of lines.entries()) {
    const path = pathOf(line)
    if (line.account === 'east' && !line.byApp) source.take(line)
    else if (line.account === 'east') {
      if (isWrite(line)) broken.push(`P5: ${line.method} ${path} in A (${line.status})`)
      else if (line.method === 'GET') app.readInA(path, line, source.has(path))
    } else if (line.account === 'west') {
      if (line.byApp && line.status < 300) {
        const played = line.method === 'PUT' ? `assets/${assetOf(line.request)}` : ''
        if (isWrite(line) && [path, played].some(one => target.isForeign(one)))
          broken.push(`P5: ${line.method} ${path} in B, where somebody else had made it or its asset`)
        if (line.method === 'GET') app.readInB(path, line)
        if (line.method === 'PUT') app.wroteToB(path, line)
        if (line.method === 'DELETE' && target.has(path) && !withdrawn.has(path)) checkDelete(index, path, line)
        if (line.method === 'DELETE') app.deletedInB(path)
      }
      target.take(line)
    }
  }
  if (removed > waveLimit && !confirmed) broken.push(`P10: ${removed} deletes in B, unconfirmed`)
  return broken
}
