import { readFileSync } from 'node:fs'
import { codeOf, HostError, messageOf } from './errors.ts'

/** Reads a JSON file; undefined when it is missing and `optional`. */
export const readJson = (file: string, what: string, optional = false): unknown => {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if (optional && codeOf(error) === 'ENOENT') return undefined
    throw new HostError(`Cannot read ${what} ${file}: ${messageOf(error)}`)
  }
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch {
    throw new HostError(`${what} ${file} is not valid JSON.`)
  }
}

/**
 * App settings in the form of local.settings.json. As in Core Tools, what the environment already has wins.
 */
export const applySettings = (file: string, optional: boolean, environment: NodeJS.ProcessEnv): void => {
  const content = readJson(file, 'settings file', optional)
  if (content === undefined) return
  const values = isRecord(content) ? (content.Values ?? {}) : undefined
  if (!isRecord(values)) throw new HostError(`Settings file ${file} has no object "Values".`)
  for (const [name, value] of Object.entries(values)) {
    if (typeof value === 'object') throw new HostError(`Setting ${name} in ${file} must be a text, number or boolean.`)
    environment[name] ??= String(value)
  }
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
