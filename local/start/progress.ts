/** What the app has to say of the units that a publication touches, until all are in sync. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { HostApi, UnitView } from '../stack/host-api.ts'

export interface Wanted {
  readonly kind: string
  readonly name: string
}

const pollInterval = 100

const kindWords: Readonly<Record<string, string>> = {
  asset: 'asset',
  contentKeyPolicy: 'content key policy',
  streamingPolicy: 'streaming policy',
  accountFilter: 'account filter',
}

const copied = ({ blobs, bytes, millisecondsCopying }: UnitView['facts']): string => {
  if (blobs === undefined || bytes === undefined) return ''
  const files = ` (${blobs} files, ${Math.round(bytes / 1000)} kB`
  return millisecondsCopying === undefined ? `${files})` : `${files}, copied in ${millisecondsCopying} ms)`
}

const sofar = (copying: UnitView['copying']): string => {
  if (copying === undefined || copying.blobs === 0) return ''
  const { blobs, ofBlobs, bytes, ofBytes, bytesPerSecond, eta } = copying
  const rate = bytesPerSecond === undefined ? '' : `, ${Math.round(bytesPerSecond / 1000)} kB/s`
  const end = eta === undefined ? '' : `, done at ${eta.slice(11, 19)} UTC`
  return `: ${blobs} of ${ofBlobs} files, ${Math.round(bytes / 1000)} of ${Math.round(ofBytes / 1000)} kB${rate}${end}`
}

/** One line about a unit. */
export const unitLine = ({ kind, name, state, outcome, pending, code, detail, facts, copying }: UnitView): string => {
  const subject = `${kindWords[kind] ?? kind} ${name}`
  if (state === 'running') return `west: ${subject} is being made a twin${sofar(copying)}`
  if (outcome === 'inSync')
    return `west: ${subject} is in sync${pending ? ', to be looked at again' : ''}${copied(facts)}`
  const why = code === undefined ? '' : `: ${code}${detail === undefined ? '' : ` (${detail})`}`
  return `west: ${subject} is ${outcome ?? 'asked for'}${why}`
}

const settled = (unit: UnitView | undefined): boolean =>
  unit?.outcome === 'inSync' && unit.state === 'idle' && !unit.pending

/**
 * Polls until every wanted unit is in sync and nothing is pending, and says every change in a line.
 *
 * @param stopped aborts it; rejects with the signal's reason.
 */
export const untilInSync = async (
  api: Pick<HostApi, 'unit'>,
  route: string,
  wanted: readonly Wanted[],
  say: (line: string) => void,
  stopped: AbortSignal,
): Promise<readonly UnitView[]> => {
  const said = new Map<string, string>()
  for (;;) {
    const units = await Promise.all(wanted.map(({ kind, name }) => api.unit(route, kind, name)))
    for (const unit of units) {
      if (unit === undefined) continue
      const [key, line] = [`${unit.kind}/${unit.name}`, unitLine(unit)]
      if (said.get(key) !== line) say(line)
      said.set(key, line)
    }
    if (units.every(settled)) return units.filter(unit => unit !== undefined)
    await sleep(pollInterval, undefined, { signal: stopped })
  }
}
