/** Streaming policies and account filters: at most a hundred each (contract section 10), and no time tells what changed. */
import type { UnitRow } from '../ledger/ledger.ts'
import { compareFilter, compareStreamingPolicy } from '../media/compare.ts'
import type { MediaReader, Page } from '../media/ports.ts'
import type { Filter, StreamingPolicy } from '../media/resources.ts'
import { withRewrittenUrls } from '../media/streaming-policies.ts'
import { byName, type Kind, type Named } from '../model.ts'
import { each, plain, unitOf, unitsPerPage, type Walk, type Walking } from './walk.ts'

interface SmallList<T extends Named> {
  readonly kind: Kind
  list(reader: MediaReader, token: string | undefined): Promise<Page<T>>
  readonly compare: (source: T, twin: T) => readonly string[]
}

/** One whose twin is being worked on, or waits for a human, is left to the ledger. */
const isSettled = (row: UnitRow | undefined): boolean =>
  row === undefined || (row.outcome === 'inSync' && row.state === 'idle')

/** Both lists are held at once. */
const all = async <T>(list: (token: string | undefined) => Promise<Page<T>>): Promise<readonly T[]> => {
  const items: T[] = []
  let token: string | undefined
  do {
    const page = await list(token)
    items.push(...page.items)
    token = page.next
  } while (token !== undefined)
  return items
}

interface Differing extends Named {
  /** Only the target has it; it may have been deleted in the source. */
  readonly isGone: boolean
}

const compared = <T extends Named>(walking: Walking, { kind, list, compare }: SmallList<T>): Walk<Differing> => ({
  async list() {
    const [source, target] = await Promise.all(
      [walking.source, walking.target].map(reader => all(token => list(reader, token))),
    )
    const [origins, twins] = [byName(source ?? []), byName(target ?? [])]
    const changed = [...origins].filter(([name, origin]) => {
      const twin = twins.get(name)
      return twin === undefined || compare(origin, twin).length > 0
    })
    const gone = [...twins].filter(([name]) => !origins.has(name))
    return {
      items: [
        ...changed.map(([, { name }]) => ({ name, isGone: false })),
        ...gone.map(([, { name }]) => ({ name, isGone: true })),
      ],
    }
  },
  async pick(items) {
    const rows = await each(items, ({ name }) => walking.deps.ledger.read(unitOf(walking, kind, name)))
    const taken = items.filter(
      ({ isGone }, index) => isSettled(rows[index]) && (!isGone || rows[index]?.facts.owner !== undefined),
    )
    return { ...(await plain(walking, kind)(taken)), unchanged: items.length - taken.length }
  },
  most: unitsPerPage,
})

const walkOfSmall = <T extends Named>(walking: Walking, small: SmallList<T>): Walk =>
  walking.operation.kind === 'changes'
    ? compared(walking, small)
    : {
        list: token => small.list(walking.source, token),
        pick: plain(walking, small.kind),
        most: unitsPerPage,
      }

/** Those that differ where only changes are looked for, else all of the source's. */
export const streamingPolicies = (walking: Walking): Walk =>
  walkOfSmall<StreamingPolicy>(walking, {
    kind: 'streamingPolicy',
    // Predefined policies are the same everywhere and never written.
    async list(reader, token) {
      const page = await reader.streamingPolicies(token)
      return { ...page, items: page.items.filter(({ name }) => !name.startsWith('Predefined_')) }
    },
    compare: (source, twin) => compareStreamingPolicy(withRewrittenUrls(source, walking.route.rewriteUrls), twin),
  })

/** As for streaming policies. */
export const accountFilters = (walking: Walking): Walk =>
  walkOfSmall<Filter>(walking, {
    kind: 'accountFilter',
    list: (reader, token) => reader.accountFilters(token),
    compare: compareFilter,
  })
