import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { asset, contentKeyPolicy, filter, keys, locator, streamingPolicy } from '../support/shapes/media.ts'
import type { Leaf, ObjectShape, Shape } from '../support/shapes/shape.ts'
import { describeWithData } from './support/shared-data.ts'
import { specificationFiles } from './support/specification.ts'

interface Schema {
  readonly $ref?: string
  readonly type?: string
  readonly format?: string
  readonly enum?: readonly string[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly allOf?: readonly Schema[]
  readonly 'x-ms-discriminator-value'?: string
}
type Definitions = Readonly<Record<string, Schema>>

/** What the specification calls a kind; it knows neither names nor certificates, and not all that is base64. */
const formats: Readonly<Record<Leaf, readonly string[]>> = {
  text: ['string'],
  password: ['string'],
  name: ['string'],
  guid: ['string uuid'],
  instant: ['string date-time'],
  duration: ['string duration'],
  boolean: ['boolean'],
  int32: ['integer int32'],
  int64: ['integer int64'],
  bytes: ['string byte', 'string'],
  certificate: ['string byte'],
}

const nameOf = ({ $ref = '' }: Schema) => $ref.split('/').at(-1) ?? ''

/** What a shape and a schema do not have in common, as `path: problem`. */
const problems = (definitions: Definitions, shape: Shape, schema: Schema, path = ''): readonly string[] => {
  const base = nameOf(schema)
  const resolved = definitions[base] ?? schema
  switch (shape.kind) {
    case 'object':
      return ofMembers(definitions, shape, resolved, path)
    case 'list':
      return resolved.items === undefined
        ? [`${path}: no list`]
        : problems(definitions, shape.of, resolved.items, `${path}[]`)
    case 'union': {
      const kinds = Object.values(definitions).filter(({ allOf = [] }) => allOf.some(one => nameOf(one) === base))
      const types = kinds.map(kind => kind['x-ms-discriminator-value'] ?? '')
      const described = [...Object.keys(shape.variants), ...shape.refused].map(type => `#Microsoft.Media.${type}`)
      return [
        ...different(types, described, path),
        ...Object.entries(shape.variants).flatMap(([type, variant]) =>
          ofMembers(definitions, variant, definitions[type] ?? {}, `${path}(${type})`),
        ),
      ]
    }
    case 'choice':
      return different(resolved.enum ?? [], shape.values, path)
    default: {
      const told = [resolved.type, resolved.format].filter(Boolean).join(' ')
      const isMore = resolved.enum !== undefined || !formats[shape.kind].includes(told)
      return isMore ? [`${path}: ${told} is no ${shape.kind}`] : []
    }
  }
}

const different = (published: readonly string[], described: readonly string[], path: string): readonly string[] => [
  ...published.filter(one => !described.includes(one)).map(one => `${path}: ${one} is not described`),
  ...described.filter(one => !published.includes(one)).map(one => `${path}: ${one} is not published`),
]

const ofMembers = (definitions: Definitions, shape: ObjectShape, schema: Schema, path: string): readonly string[] => {
  const properties = schema.properties ?? {}
  const optional = (schema.required ?? []).filter(name => shape.members[name]?.required === false)
  return [
    ...different(Object.keys(properties), Object.keys(shape.members), path),
    ...optional.map(name => `${path}.${name}: is required`),
    ...Object.entries(shape.members).flatMap(([name, member]) =>
      problems(definitions, member.shape, properties[name] ?? {}, `${path}.${name}`),
    ),
  ]
}

describeWithData('the shapes that comparison is tested with', 'ams-swagger', folder => {
  it.each<[string, string, Shape]>([
    ['AssetsAndAssetFilters', 'AssetProperties', asset],
    ['AssetsAndAssetFilters', 'MediaFilterProperties', filter],
    ['AccountFilters', 'MediaFilterProperties', filter],
    ['StreamingPoliciesAndStreamingLocators', 'StreamingLocatorProperties', locator],
    ['StreamingPoliciesAndStreamingLocators', 'ListContentKeysResponse', keys],
    ['StreamingPoliciesAndStreamingLocators', 'StreamingPolicyProperties', streamingPolicy],
    ['ContentKeyPolicies', 'ContentKeyPolicyProperties', contentKeyPolicy],
  ])('are those of %s, %s, with every field and kind', (document, definition, shape) => {
    const [file = ''] = specificationFiles(folder, [`Metadata/stable/2022-08-01/${document}.json`])
    const { definitions } = JSON.parse(readFileSync(file, 'utf8')) as { readonly definitions: Definitions }
    expect(problems(definitions, shape, { $ref: `#/definitions/${definition}` })).toEqual([])
  })
})
