/** Holds answers of the app's doors against its OpenAPI document. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'

export type JsonSchema = Readonly<Record<string, unknown>>

export interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query'
  readonly required: boolean
  readonly schema: JsonSchema
}

interface DocumentedAnswer {
  readonly headers?: Readonly<Record<string, unknown>>
  readonly content?: Readonly<Record<string, { readonly schema: JsonSchema }>>
}

export interface Operation {
  readonly operationId: string
  readonly security: readonly Readonly<Record<string, unknown>>[]
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>> }
  readonly responses: Readonly<Record<string, DocumentedAnswer>>
}

export interface ApiDocument {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> }
}

/** One door: a method on a path. */
export interface Door {
  readonly method: string
  /** With `/api` and with parameters in braces. */
  readonly path: string
  readonly operation: Operation
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

export const doorsOf = ({ paths }: ApiDocument): readonly Door[] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path: `/api${path}`,
      operation,
    })),
  )

/** The door of an address, without its query. */
export const doorAt = (doors: readonly Door[], method: string, path: string): Door | undefined =>
  doors.find(door => door.method === method && new RegExp(`^${door.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path))

/** Clients must bear properties they do not know; here every one has to be documented. */
const closed = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(closed)
  if (value === null || typeof value !== 'object') return value
  const copy = Object.fromEntries(Object.entries(value).map(([key, part]) => [key, closed(part)]))
  return 'properties' in copy && !('additionalProperties' in copy) ? { ...copy, additionalProperties: false } : copy
}

/** The document's schemas with references that a validator of the whole document resolves. */
export const createValidator = (document: ApiDocument): ((schema: JsonSchema) => ValidateFunction) => {
  const ajv = new Ajv2020({ allErrors: true, strict: false })
  addFormats.default(ajv)
  const components = closed(document.components)
  const made = new Map<JsonSchema, ValidateFunction>()
  return schema => {
    const validate = made.get(schema) ?? ajv.compile({ ...(closed(schema) as object), components })
    made.set(schema, validate)
    return validate
  }
}

const parsed = (contentType: string, text: string): readonly unknown[] =>
  contentType.startsWith('text/')
    ? [text]
    : contentType === 'application/x-ndjson'
      ? text
          .split('\n')
          .filter(line => line !== '')
          .map(line => JSON.parse(line) as unknown)
      : [JSON.parse(text)]

/** What is not as the document says; empty for an answer that is. */
export const createAnswerCheck = (document: ApiDocument): ((door: Door, answer: Answer) => readonly string[]) => {
  const validatorOf = createValidator(document)
  return ({ method, path, operation }, { status, headers, text }) => {
    const where = `${method} ${path} ${status}`
    const documented = operation.responses[String(status)]
    if (documented === undefined) return [`${where} is not documented`]
    if (documented.content === undefined) return text === '' ? [] : [`${where} has a body: ${text.slice(0, 100)}`]
    const contentType = headers.get('content-type') ?? ''
    const content = documented.content[contentType]
    if (content === undefined) return [`${where} is ${contentType}`]
    const validate = validatorOf(content.schema)
    return parsed(contentType, text).flatMap(value =>
      validate(value) ? [] : (validate.errors ?? []).map(error => `${where} ${error.instancePath} ${error.message}`),
    )
  }
}
