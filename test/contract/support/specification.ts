/** Checks answers against the published OpenAPI 2 specifications: $ref, allOf, discriminators, enums, formats, nulls. */
import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

/** The documents of the versions that the SDK asks for. */
const usual = [
  'Accounts/stable/2021-11-01/Accounts.json',
  'Encoding/stable/2022-07-01/Encoding.json',
  'Metadata/stable/2022-08-01/AccountFilters.json',
  'Metadata/stable/2022-08-01/AssetsAndAssetFilters.json',
  'Metadata/stable/2022-08-01/ContentKeyPolicies.json',
  'Metadata/stable/2022-08-01/StreamingPoliciesAndStreamingLocators.json',
  'Streaming/stable/2022-08-01/streamingservice.json',
]

/** Paths of documents. @param folder `ams-swagger` of the shared data. */
export const specificationFiles = (folder: string, files: readonly string[] = usual): string[] =>
  files.map(file => join(folder, 'specification/mediaservices/resource-manager/Microsoft.Media', file))

interface Schema {
  readonly $ref?: string
  readonly type?: string
  readonly format?: string
  readonly enum?: readonly unknown[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: Schema | boolean
  readonly items?: Schema
  readonly allOf?: readonly Schema[]
  readonly discriminator?: string
  readonly 'x-nullable'?: boolean
  readonly 'x-ms-discriminator-value'?: string
}

interface Operation {
  readonly operationId: string
  readonly responses: Readonly<Record<string, { readonly schema?: Schema }>>
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly definitions: Readonly<Record<string, Schema>>
}

interface Located {
  readonly schema: Schema
  readonly file: string
}

type Members = Readonly<Record<string, unknown>>
const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const formats: Readonly<Record<string, RegExp>> = {
  'date-time': /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/,
  uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  duration: /^-?P/,
}

const types: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: value => typeof value === 'string',
  boolean: value => typeof value === 'boolean',
  integer: value => Number.isInteger(value),
  number: value => typeof value === 'number',
  array: Array.isArray,
  object: isMembers,
}

/** Everything that an object schema says, its bases included. */
interface Merged {
  readonly properties: Readonly<Record<string, Located>>
  readonly required: readonly string[]
  readonly open: boolean
  readonly described: boolean
}

export class Specification {
  readonly #documents = new Map<string, Document>()
  readonly #operations = new Map<string, { readonly operation: Operation; readonly file: string }>()

  constructor(files: readonly string[]) {
    for (const file of files)
      for (const methods of Object.values(this.#document(file).paths))
        for (const operation of Object.values(methods))
          if (isMembers(operation.responses)) this.#operations.set(operation.operationId, { operation, file })
  }

  operationIds(): string[] {
    return [...this.#operations.keys()]
  }

  /** What is wrong with an answer, as `path: problem`; empty when it is as specified. */
  problems(operationId: string, status: number, body: unknown): string[] {
    const found = this.#operations.get(operationId)
    if (found === undefined) return [`${operationId} is not specified`]
    const { responses } = found.operation
    const response = responses[String(status)] ?? (status >= 400 ? responses.default : undefined)
    if (response === undefined) return [`status ${status} is not specified`]
    if (response.schema === undefined) return body === null ? [] : ['a body is not specified']
    if (body === null) return ['the specified body is missing']
    return this.#check({ schema: response.schema, file: found.file }, body, '')
  }

  #document(file: string): Document {
    const known = this.#documents.get(file)
    if (known !== undefined) return known
    const document = JSON.parse(readFileSync(file, 'utf8')) as Document
    this.#documents.set(file, document)
    return document
  }

  #resolve(located: Located): Located {
    const { $ref } = located.schema
    if ($ref === undefined) return located
    const [path = '', pointer = ''] = $ref.split('#')
    const file = path === '' ? located.file : resolve(dirname(located.file), path)
    const name = pointer.split('/').at(-1) ?? ''
    const schema = this.#document(file).definitions[name]
    if (schema === undefined) throw new Error(`${$ref} of ${located.file} leads nowhere`)
    return this.#resolve({ schema, file })
  }

  #merge(located: Located): Merged {
    const { schema, file } = this.#resolve(located)
    const bases = (schema.allOf ?? []).map(base => this.#merge({ schema: base, file }))
    const own = Object.entries(schema.properties ?? {}).map(([name, property]) => [name, { schema: property, file }])
    return {
      properties: Object.assign(
        {},
        ...bases.map(base => base.properties),
        Object.fromEntries(own),
      ) as Merged['properties'],
      required: [...bases.flatMap(base => base.required), ...(schema.required ?? [])],
      open: schema.additionalProperties !== undefined || bases.some(base => base.open),
      described: schema.properties !== undefined || bases.some(base => base.described),
    }
  }

  #discriminatorOf(located: Located): string | undefined {
    const { schema, file } = this.#resolve(located)
    return (
      schema.discriminator ??
      schema.allOf?.map(base => this.#discriminatorOf({ schema: base, file })).find(name => name !== undefined)
    )
  }

  /** The definition of the same file that carries the value of the discriminator. */
  #kindOf(located: Located, value: unknown): Located | undefined {
    const resolved = this.#resolve(located)
    const discriminator = this.#discriminatorOf(resolved)
    if (discriminator === undefined || !isMembers(value)) return resolved
    const kind = value[discriminator]
    const entry = Object.entries(this.#document(resolved.file).definitions).find(
      ([name, schema]) => (schema['x-ms-discriminator-value'] ?? name) === kind,
    )
    return entry === undefined ? undefined : { schema: entry[1], file: resolved.file }
  }

  #check(located: Located, value: unknown, path: string): string[] {
    const resolved = this.#resolve(located)
    const { schema } = resolved
    if (value === null)
      return located.schema['x-nullable'] === true || schema['x-nullable'] === true ? [] : [`${path}: null`]
    if (schema.type !== undefined && types[schema.type]?.(value) !== true) return [`${path}: no ${schema.type}`]
    if (schema.enum !== undefined && !schema.enum.includes(value))
      return [`${path}: ${String(value)} is not in the enum`]
    const format = formats[schema.format ?? '']
    if (format !== undefined && typeof value === 'string' && !format.test(value))
      return [`${path}: ${value} is no ${schema.format}`]
    if (Array.isArray(value)) return this.#checkItems(resolved, value, path)
    return isMembers(value) ? this.#checkMembers(resolved, value, path) : []
  }

  #checkItems({ schema, file }: Located, value: readonly unknown[], path: string): string[] {
    const { items } = schema
    return items === undefined
      ? []
      : value.flatMap((member, index) => this.#check({ schema: items, file }, member, `${path}[${index}]`))
  }

  #checkMembers(located: Located, value: Members, path: string): string[] {
    const kind = this.#kindOf(located, value)
    if (kind === undefined) return [`${path}: its kind is not specified`]
    const { properties, required, open, described } = this.#merge(kind)
    const at = (name: string) => join(path, name)
    const missing = required.filter(name => value[name] === undefined).map(name => `${at(name)}: missing`)
    const wrong = Object.entries(value).flatMap(([name, member]) => {
      const property = properties[name]
      if (property !== undefined) return this.#check(property, member, at(name))
      return open || !described ? [] : [`${at(name)}: not specified`]
    })
    return [...missing, ...wrong]
  }
}
