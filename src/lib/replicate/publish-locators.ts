/** Making the locators of a twin: what becomes of each is on the row, and in the mark of the twin, before it can be lost. */
import { type Facts, type Refusal, retries } from '../ledger/facts.ts'
import type { Outcome } from '../model.ts'
import type { Container } from '../storage/ports.ts'
import { changeMark, type Ids as MarkChange } from './locator-mark.ts'
import { ourLocators } from './locator-owner.ts'
import { ourMark } from './owner.ts'
import type { Pair } from './pair.ts'
import type { Publishing } from './publish.ts'
import { type Making, publishLocator } from './publish-locator.ts'

/** What publishing knows before its locators are made. */
interface Given {
  readonly lacking: ReadonlySet<string>
  /** Those of locators are kept up to date here. */
  readonly refusals: Map<string, Refusal>
  /** Throws Stop where the source is another account than the twin was made from. */
  readonly proven: () => Promise<unknown>
}

interface PublishedLocators {
  readonly facts: Facts
  readonly troubles: readonly Outcome[]
}

/** Ids of one name: those of the locators that were made or were to be, and of the one that the target shows. */
interface Ids {
  readonly tried: readonly string[]
  readonly shown?: string
}

/**
 * Makes the locators of a twin, or proves them. Trouble with one keeps no other from being made (P4).
 *
 * @param names of the source's locators.
 */
export const publishLocators = async (
  pair: Pair,
  asset: string,
  container: Container,
  names: readonly string[],
  { lacking, refusals, proven }: Given,
  publishing: Publishing,
): Promise<PublishedLocators> => {
  const { before, permissions } = publishing
  const mark = (change: MarkChange) => changeMark(pair, asset, container, before, change)
  const isOurs = ourLocators({ facts: before, permissions }, () => ourMark(pair, asset, container))
  const ours = new Set(before.locators ?? [])
  const equal = new Map(Object.entries(before.locatorMarks ?? {}))
  const times = new Map(Object.entries(before.twinLocators ?? {}))
  const ids = new Map<string, Ids>()
  const troubles: Outcome[] = []
  const facts = (): Facts => ({
    locators: [...ours],
    locatorMarks: Object.fromEntries(equal),
    twinLocators: Object.fromEntries(times),
    ...(refusals.size === 0 && before.refusals === undefined ? {} : { refusals: Object.fromEntries(refusals) }),
  })
  const isWithdrawn = async (name: string) => (await publishing.withdrawn([name])).has(name.toLowerCase())
  const tried = (key: string): readonly string[] => ids.get(key)?.tried ?? []
  const makingOf = (name: string, key: string): Making => ({
    ...publishing,
    lacking,
    isOurs,
    isWithdrawn: () => isWithdrawn(name),
    // Before the write: a locator whose reply or proof is lost is known as ours, and as not proven yet.
    making: async id => {
      await mark({ adds: [id] })
      ids.set(key, { tried: [id] })
      ours.add(key)
      equal.delete(key)
      await publishing.made(facts())
    },
    // The old one too: should it come back, it is another one by its time.
    replacing: async (id, old) => {
      await proven()
      await mark({ adds: [old, id] })
      ids.set(key, { tried: [old, id] })
    },
    shown: ({ streamingLocatorId, created }) => {
      if (!ours.has(key)) return
      ids.set(key, { tried: tried(key), shown: streamingLocatorId })
      times.set(key, created)
    },
    undone: async () => {
      await mark({ drops: tried(key) })
      for (const known of [ours, equal, times]) known.delete(key)
      await publishing.made(facts())
    },
    refused: async refusal => {
      refusals.set(key, refusal)
      await publishing.made(facts())
    },
  })
  for (const name of names) {
    const key = name.toLowerCase()
    try {
      // Withdrawn since the survey: the pass that was asked for then takes the others.
      if (await isWithdrawn(name)) continue
      const known = {
        ours: ours.has(key),
        mark: equal.get(key),
        left: times.get(key),
        refusal: refusals.get(key),
        retries: retries(permissions),
      }
      const created = await publishLocator(pair, asset, name, known, makingOf(name, key))
      refusals.delete(key)
      if (created === undefined || !ours.has(key) || equal.get(key) === created) continue
      equal.set(key, created)
      await publishing.made(facts())
    } catch (error) {
      const outcome = await publishing.trouble(error)
      troubles.push(outcome)
      if (concernsAll(outcome)) break
    }
  }
  // While something may still be under way, its id stays where it is.
  if (troubles.every(({ outcome }) => outcome === 'blocked')) await mark(changesOf([...ids.values()]))
  return { facts: facts(), troubles }
}

/** Of one name only what the target shows stays ours. */
const changesOf = (all: readonly Ids[]) => {
  const settled = all.filter(({ shown }) => shown !== undefined)
  return {
    adds: settled.flatMap(({ shown }) => shown ?? []),
    drops: settled.flatMap(({ tried, shown }) => tried.filter(id => id !== shown)),
  }
}

/** No other locator would fare better. */
const concernsAll = (outcome: Outcome): boolean =>
  outcome.outcome === 'throttled' ||
  (outcome.outcome === 'waiting' && ['SourceUnavailable', 'TargetUnavailable'].includes(outcome.code)) ||
  (outcome.outcome === 'blocked' && outcome.code === 'SourceReplaced')
