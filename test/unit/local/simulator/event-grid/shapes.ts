/** The shape of a payload: its members with the types of their values, whatever they are. */
import { readFileSync } from 'node:fs'

export const shapeOf = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(shapeOf)
  if (value === null) return 'null'
  if (typeof value !== 'object') return typeof value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, shapeOf(member)]))
}

/** Of the events in a sample file, which is an array as Event Grid delivers it. */
export const shapesIn = (file: string): unknown[] => (JSON.parse(readFileSync(file, 'utf8')) as unknown[]).map(shapeOf)
