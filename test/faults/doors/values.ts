/** Values that nobody expects, and values as a JSON Schema has them. */
import fc from 'fast-check'
import type { ApiDocument, JsonSchema } from '../../support/api-contract.ts'

/** Texts that have broken parsers, queries, paths and templates somewhere. */
const hostileTexts = [
  '',
  ' ',
  '.',
  '..',
  '../../../../etc/passwd',
  '%00',
  '%2e%2e%2f',
  '\u0000',
  '\n\r\t',
  '\ud800',
  '\ufeff',
  '\u202etxt',
  "' or '1' eq '1",
  "x' or PartitionKey ne 'x",
  '"}',
  '<script>alert(1)</script>',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a template that must not be filled in
  '${process.env}',
  '{{constructor}}',
  '__proto__',
  'constructor',
  'toString',
  'null',
  'undefined',
  'NaN',
  '-1',
  '1e999',
  '9007199254740993',
  '2030-13-45T99:99:99Z',
  'Übung 日本 👩‍👩‍👧',
  'n'.repeat(260),
  'n'.repeat(261),
  'n'.repeat(5000),
  '/',
  '\\',
  'a/b',
  'east>west/',
  'EAST>WEST',
  'east>west\u0000',
]

export const hostileText = (): fc.Arbitrary<string> =>
  fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...hostileTexts) }, fc.string({ unit: 'binary', maxLength: 30 }))

const nested = (depth: number): unknown => {
  let value: unknown = 1
  for (let level = 0; level < depth; level++) value = [value]
  return value
}

const hostileValue = (): fc.Arbitrary<unknown> =>
  fc.oneof(
    hostileText(),
    fc.constantFrom<unknown>(
      null,
      true,
      false,
      0,
      -0,
      -1,
      1.5,
      1e308,
      [],
      {},
      [[]],
      [null],
      { length: 9 },
      nested(500),
    ),
    fc.jsonValue({ maxDepth: 2 }),
  )

/** A value that the schema allows, with texts from `known` by the name of their property. */
export const schemaValue = (
  document: ApiDocument,
  schema: JsonSchema,
  known: (property: string) => readonly string[],
  property = '',
): fc.Arbitrary<unknown> => {
  const { $ref, enum: choices, const: only, type, properties, items, required, oneOf } = schema
  const inner = (part: unknown, name: string) => schemaValue(document, part as JsonSchema, known, name)
  if (typeof $ref === 'string') return inner(document.components.schemas[$ref.split('/').at(-1) ?? ''], property)
  if (Array.isArray(choices)) return fc.constantFrom<unknown>(...choices)
  if (only !== undefined) return fc.constant(only)
  if (type === 'boolean') return fc.boolean()
  if (type === 'array') return fc.array(inner(items, property), { minLength: 1, maxLength: 3 })
  if (type === 'string') return fc.constantFrom(...known(property))
  if (typeof properties !== 'object' || properties === null) return fc.jsonValue()
  const parts = Object.fromEntries(Object.entries(properties).map(([name, part]) => [name, inner(part, name)]))
  const needed = Array.isArray(required) ? required.map(String) : []
  if (!Array.isArray(oneOf)) return fc.record(parts, { requiredKeys: needed })
  // One of several groups of properties: the other groups are left out.
  const groups = (oneOf as { readonly required: readonly string[] }[]).map(group => group.required)
  return fc.oneof(
    ...groups.map(group => {
      const others = groups.flat().filter(name => !group.includes(name))
      const kept = Object.fromEntries(Object.entries(parts).filter(([name]) => !others.includes(name)))
      return fc.record(kept, { requiredKeys: [...needed, ...group] })
    }),
  )
}

type Path = readonly (string | number)[]

const pathsOf = (value: unknown, at: Path = []): readonly Path[] => {
  if (value === null || typeof value !== 'object') return [at]
  return [at, ...Object.entries(value).flatMap(([key, part]) => pathsOf(part, [...at, key]))]
}

/** The value with what is at the path replaced; removed where the replacement is undefined. */
const replaced = (value: unknown, [head, ...rest]: Path, by: unknown): unknown => {
  if (head === undefined) return by
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string | number, unknown>
  const part = replaced(copy[head], rest, by)
  if (part === undefined && !Array.isArray(copy)) delete copy[head]
  else copy[head] = part
  return copy
}

/** A value with something in it replaced, removed or added. */
export const mutated = (value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc
    .tuple(value, fc.nat(), fc.option(hostileValue(), { nil: undefined }), fc.boolean(), hostileText())
    .map(([whole, pick, by, adds, name]) => {
      const paths = pathsOf(whole)
      const path = paths[pick % paths.length] ?? []
      return replaced(whole, adds ? [...path.slice(0, -1), name] : path, by)
    })
