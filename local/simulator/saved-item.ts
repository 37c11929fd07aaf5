/**
 * Resources as a snapshot holds them: plain JSON in which times are `{ticks}`, collections are arrays under `holds`, and
 * properties with numbers that a double cannot hold are text.
 */
import { Collection } from './collection.ts'
import { isRecord, type JsonObject, parseJson } from './json.ts'

export type Saved = Readonly<Record<string, unknown>>

/** Times one level deep. */
export const savedValue = (value: unknown): unknown => {
  if (typeof value === 'bigint') return { ticks: String(value) }
  if (!isRecord(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, typeof member === 'bigint' ? savedValue(member) : member]),
  )
}

const isTicks = (value: Saved): value is { readonly ticks: string } => typeof value.ticks === 'string'

export const restoredValue = (value: unknown): unknown => {
  if (!isRecord(value)) return value
  if (isTicks(value)) return BigInt(value.ticks)
  const restored: Record<string, unknown> = {}
  for (const name of Object.keys(value)) {
    const member = value[name]
    restored[name] = isRecord(member) && isTicks(member) ? BigInt(member.ticks) : member
  }
  return restored
}

/** A number of so many digits outside of text; text that looks like one does no harm. */
const largeNumber = /[:,[]-?\d{16}/

/** @param item of any kind; members that are undefined are left out when written. */
export const savedItem = (item: object): Saved => {
  const saved: Record<string, unknown> = {}
  const holds: Record<string, Saved[]> = {}
  for (const [name, value] of Object.entries(item)) {
    if (value instanceof Collection) holds[name] = Array.from(value.values(), savedItem)
    else if (name === 'properties') {
      const text = JSON.stringify(value)
      if (largeNumber.test(text)) saved.propertiesText = text
      else saved.properties = value
    } else saved[name] = savedValue(value)
  }
  return Object.keys(holds).length === 0 ? saved : { ...saved, holds }
}

/** Whether an item holds others that may change while it is written. */
export const holdsItems = (item: object): boolean =>
  Object.values(item).some(value => value instanceof Collection && value.size > 0)

const holdsOf = (value: unknown, types: Readonly<Record<string, string>>): boolean =>
  isRecord(value) && Object.entries(types).every(([name, type]) => typeof value[name] === type)

/** What every answer about an item relies on. */
const checked: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  systemData: { createdBy: 'string', createdAt: 'bigint', lastModifiedBy: 'string', lastModifiedAt: 'bigint' },
  change: { during: 'string', until: 'bigint' },
}

/** Throws SyntaxError for what is no saved item. */
export const restoredItem = <T extends { readonly name: string }>(saved: unknown, now: () => bigint): T => {
  if (!isRecord(saved) || typeof saved.name !== 'string') throw new SyntaxError('an item has no name')
  const item: Record<string, unknown> = {}
  for (const name of Object.keys(saved)) {
    const value = saved[name]
    if (name === 'properties') item.properties = value
    else if (name === 'propertiesText') item.properties = parseJson(String(value)) as JsonObject
    else if (name === 'holds') Object.assign(item, restoredCollections(value, now))
    else item[name] = restoredValue(value)
  }
  if (!isRecord(item.properties)) throw new SyntaxError(`${saved.name} has no properties`)
  for (const [name, types] of Object.entries(checked))
    if (Object.hasOwn(item, name) && !holdsOf(item[name], types))
      throw new SyntaxError(`${saved.name} has an incomplete ${name}`)
  return item as unknown as T
}

/** The collections under `holds`. Throws SyntaxError for what is none. */
export const restoredCollections = (
  holds: unknown,
  now: () => bigint,
): Record<string, Collection<{ readonly name: string }>> => {
  if (!isRecord(holds)) throw new SyntaxError('holds is no object')
  return Object.fromEntries(
    Object.entries(holds).map(([name, items]) => {
      if (!Array.isArray(items)) throw new SyntaxError(`${name} is no array`)
      return [
        name,
        new Collection(
          now,
          items.values().map(item => restoredItem(item, now)),
        ),
      ]
    }),
  )
}
