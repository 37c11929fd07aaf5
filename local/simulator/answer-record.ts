/**
 * Keeps one answer of each form that the simulator gives, so that all can be held against the published schemas: in a
 * folder, a file of JSON lines for each process, without secrets. Off unless `TWINSTREAM_RECORD_ANSWERS` names the folder.
 */
import { randomUUID } from 'node:crypto'
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { isObject, isRawNumber, type Json } from './json.ts'
import { redact } from './redaction.ts'

export interface GivenAnswer {
  readonly operation: string
  /** As asked for; null when it was not. */
  readonly apiVersion: string | null
  readonly status: number
  readonly response: Json | undefined
}

/** Longer lists are judged by so many of their first items. */
const mostItems = 100

const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/
const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const duration = /^-?P[\dTYMWDHS.]+$/

/** Short words may be values of an enumeration and count as themselves. */
const formOfText = (text: string): string => {
  if (text.length <= 24 && !/\d{4}/.test(text)) return text
  if (instant.test(text)) return '<time>'
  if (guid.test(text)) return '<id>'
  return duration.test(text) ? '<duration>' : '<text>'
}

/** What of a value a schema can tell apart. */
const formOf = (value: Json | undefined): string => {
  if (typeof value === 'string') return formOfText(value)
  if (typeof value === 'number' || isRawNumber(value)) return Number.isInteger(value) ? '<whole>' : '<number>'
  if (Array.isArray(value)) return `[${[...new Set((value as readonly Json[]).map(formOf))].join()}]`
  if (!isObject(value)) return String(value)
  const members = Object.entries(value).map(([name, member]) =>
    member === undefined ? '' : `${name}:${formOf(member)}`,
  )
  return `{${members.join()}}`
}

const shortened = (response: Json | undefined): Json | undefined => {
  const value = isObject(response) ? response.value : undefined
  return isObject(response) && Array.isArray(value) && value.length > mostItems
    ? { ...response, value: (value as readonly Json[]).slice(0, mostItems) }
    : response
}

/** Answers what takes note of an answer; undefined when nobody asked for a record. */
export const answerRecord = (folder: string | undefined): ((answer: GivenAnswer) => void) | undefined => {
  if (folder === undefined || folder === '') return undefined
  const file = join(folder, `${process.pid}-${randomUUID()}.jsonl`)
  const seen = new Set<string>()
  return answer => {
    const response = shortened(answer.response)
    const form = `${answer.operation} ${answer.apiVersion} ${answer.status} ${formOf(response)}`
    if (seen.has(form)) return
    seen.add(form)
    appendFileSync(file, `${JSON.stringify({ ...answer, response: redact(response) ?? null })}\n`)
  }
}
