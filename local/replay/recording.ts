/** Reads recorded exchanges: JSON lines with the keys test, method, url, request, status, headers and response. */
import { readFileSync } from 'node:fs'
import { isObject, type Json, type JsonObject, parseJson } from '../simulator/json.ts'
import { unwrapRequest } from './request-text.ts'

export interface Exchange {
  /** In the file, from 1. */
  readonly line: number
  /** Exchanges of one test share their state; each test begins with nothing. */
  readonly test: string
  readonly method: string
  readonly url: URL
  /** JSON, or text that is none. */
  readonly request: Json
  readonly status: number
  /** By lower-cased name. */
  readonly headers: Readonly<Record<string, string>>
  readonly response: Json
}

/** A file that cannot be replayed; the message is one line that says why. */
export class UnusableRecording extends Error {}

const keys = ['test', 'method', 'url', 'request', 'status', 'headers', 'response'] as const

const methods = ['GET', 'HEAD', 'PUT', 'PATCH', 'POST', 'DELETE']

const parseLine = (text: string, place: string): JsonObject => {
  let value: Json
  try {
    value = parseJson(text)
  } catch {
    throw new UnusableRecording(`${place} is not JSON`)
  }
  if (!isObject(value)) throw new UnusableRecording(`${place} is not a JSON object`)
  const found = value
  const missing = keys.filter(key => !Object.hasOwn(found, key))
  if (missing.length > 0) throw new UnusableRecording(`${place} has no ${missing.join(', ')}`)
  return value
}

const exchangeOf = (value: JsonObject, line: number, place: string): Exchange => {
  const { test, method, url, status, headers } = value
  const wrong = (what: string) => new UnusableRecording(`${place}: ${what}`)
  if (typeof test !== 'string') throw wrong('test must be text')
  if (typeof method !== 'string' || !methods.includes(method))
    throw wrong(`method must be one of ${methods.join(', ')}`)
  if (typeof url !== 'string' || !/^https?:/.test(url) || !URL.canParse(url))
    throw wrong('url must be an absolute address')
  if (typeof status !== 'number' || !Number.isInteger(status)) throw wrong('status must be a whole number')
  if (!isObject(headers) || !Object.values(headers).every(header => typeof header === 'string'))
    throw wrong('headers must be an object of texts')
  return {
    line,
    test,
    method,
    url: new URL(url),
    request: unwrapRequest(value.request ?? null),
    status,
    headers: Object.fromEntries(Object.entries(headers).map(([name, header]) => [name.toLowerCase(), String(header)])),
    response: value.response ?? null,
  }
}

const readText = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT') throw new UnusableRecording(`There is no file ${file}`)
    throw new UnusableRecording(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** Throws UnusableRecording at the first mistake, and for a file without exchanges. */
export const readRecording = (file: string): Exchange[] => {
  const exchanges = readText(file)
    .split('\n')
    .flatMap((text, index) => {
      if (text.trim() === '') return []
      const place = `${file}, line ${index + 1}`
      return [exchangeOf(parseLine(text, place), index + 1, place)]
    })
  if (exchanges.length === 0) throw new UnusableRecording(`${file} holds no exchanges`)
  return exchanges
}
