/** Hostile requests to a door, made from what its OpenAPI document says it takes. */
import fc from 'fast-check'
import type { ApiDocument, Door, Parameter } from '../../support/api-contract.ts'
import type { RawRequest } from './send.ts'
import { hostileText, mutated, schemaValue } from './values.ts'

export interface Known {
  /** Names that exist, and some that do not. */
  readonly names: readonly string[]
  readonly operations: readonly string[]
  /** What lists have really given for their next pages; none by default. */
  readonly cursors?: readonly string[]
}

const knownTexts =
  ({ names, operations, cursors = [] }: Known) =>
  (property: string): readonly string[] => {
    if (property === 'route') return ['east>west', 'east>west', 'west>east']
    if (property === 'id') return [...operations, '00000000-0000-0000-0000-000000000000']
    if (property === 'cursor' || property === 'from' || property === 'top')
      return ['0', '1', '200', '201', '-1', 'AA', 'eyJhIjoxfQ', '1!8!YQ--', ...(property === 'cursor' ? cursors : [])]
    return names
  }

/** What a URL may be written with, now and then badly. */
const encoded = (text: string): fc.Arbitrary<string> => {
  const well = encodeURIComponent(text.toWellFormed())
  return fc.constantFrom(
    ...Array<string>(12).fill(well),
    `${well}%`,
    `%${well}`,
    `${well}%ff%fe`,
    well.replaceAll('%20', '+'),
  )
}

const textFor = (document: ApiDocument, { name, schema }: Parameter, known: Known): fc.Arbitrary<string> =>
  fc.oneof(
    {
      weight: 2,
      arbitrary: schemaValue(document, schema, knownTexts(known), name).map(value => [value].flat().join(',')),
    },
    hostileText(),
  )

const pathOf = (document: ApiDocument, door: Door, known: Known): fc.Arbitrary<string> => {
  const parameters = (door.operation.parameters ?? []).filter(parameter => parameter.in === 'path')
  return fc
    .tuple(...parameters.map(parameter => textFor(document, parameter, known).chain(encoded)))
    .map(texts =>
      parameters.reduce((path, { name }, index) => path.replace(`{${name}}`, texts[index] ?? ''), door.path),
    )
}

/** Cursors of this list and of others as they were given, alone: whatever is asked for beside one may be refused first. */
const pageQuery = ({ operation }: Door, { cursors = [] }: Known): fc.Arbitrary<string> | undefined => {
  const { parameters = [] } = operation
  if (cursors.length === 0 || !parameters.some(({ name }) => name === 'cursor')) return undefined
  const needed = parameters.filter(({ name, required }) => required && name === 'route').map(() => 'route=east%3Ewest&')
  return fc.constantFrom(...cursors).map(cursor => `?${needed.join('')}cursor=${encodeURIComponent(cursor)}`)
}

const queryOf = (document: ApiDocument, door: Door, known: Known): fc.Arbitrary<string> => {
  const { operation } = door
  const parameters = (operation.parameters ?? []).filter(parameter => parameter.in === 'query')
  const pair = (name: string, text: fc.Arbitrary<string>) => text.chain(encoded).map(value => `${name}=${value}`)
  const pairs = parameters.map(parameter => pair(parameter.name, textFor(document, parameter, known)))
  const stranger = fc
    .tuple(hostileText(), hostileText())
    .chain(([name, text]) => pair(encodeURIComponent(name.toWellFormed()), fc.constant(text)))
  // Parameters may come twice, and unknown ones beside them.
  const any = fc
    .tuple(fc.array(fc.oneof(...pairs, stranger), { maxLength: 4 }), fc.constantFrom('?', '?', '?&', '?='))
    .map(([some, mark]) => (some.length === 0 ? '' : `${mark}${some.join('&')}`))
  const page = pageQuery(door, known)
  return page === undefined ? any : fc.oneof({ weight: 3, arbitrary: any }, { weight: 1, arbitrary: page })
}

const text = (value: unknown): string => JSON.stringify(value) ?? ''

/** The text of a value, now and then cut, doubled or with bytes that are no text. */
export const brokenText = (value: fc.Arbitrary<unknown>): fc.Arbitrary<string | Buffer> =>
  fc.tuple(value, fc.nat()).chain(([whole, at]) => {
    const good = text(whole)
    const cut = good.slice(0, at % (good.length + 1))
    return fc.constantFrom<string | Buffer>(
      cut,
      `${good}${good}`,
      `\ufeff${good}`,
      good.replace(/^\{/, '{"route":1,"__proto__":{"route":"east>west"},'),
      '['.repeat(20_000),
      Buffer.concat([Buffer.from(cut), Buffer.from([0xff, 0xfe, 0x00, 0xc3])]),
    )
  })

const bodyOf = (
  document: ApiDocument,
  { operation }: Door,
  known: Known,
): fc.Arbitrary<string | Buffer | undefined> => {
  const [content] = Object.values(operation.requestBody?.content ?? {})
  if (content === undefined) return fc.option(hostileText(), { nil: undefined, freq: 8 })
  const valid = schemaValue(document, content.schema, knownTexts(known))
  return fc.oneof(
    { weight: 2, arbitrary: valid.map(text) },
    { weight: 8, arbitrary: mutated(valid).map(text) },
    { weight: 4, arbitrary: mutated(mutated(valid)).map(text) },
    { weight: 4, arbitrary: brokenText(valid) },
    { weight: 1, arbitrary: fc.constantFrom<string | undefined>(undefined, '', ' ', 'null', '0', '""', '[]', 'NaN') },
  )
}

const headerSets: readonly Readonly<Record<string, string>>[] = [
  {},
  {},
  { 'content-type': 'application/json' },
  { 'content-type': 'text/plain; charset=utf-16' },
  { 'content-type': 'multipart/form-data; boundary=x' },
  { 'content-type': 'application/x-www-form-urlencoded' },
  { 'content-encoding': 'gzip' },
  { accept: 'application/xml;q=9' },
  { 'accept-encoding': '*;q=0' },
  { 'x-http-method-override': 'DELETE' },
  { 'x-forwarded-for': '127.0.0.1', 'x-forwarded-host': 'evil.example', forwarded: 'for=127.0.0.1' },
  { traceparent: '00-zz-zz-zz', tracestate: '='.repeat(600) },
  { cookie: `a=${'b'.repeat(4000)}` },
  { range: 'bytes=9-1', 'if-none-match': '*', 'if-match': '"' },
  { 'x-ms-client-principal': 'eyJyb2xlcyI6WyJhZG1pbiJdfQ==', 'x-functions-clientid': 'master' },
  { 'x-arr-ssl': '', 'x-original-url': '/admin/functions', 'x-rewrite-url': '/admin/host/status' },
]

/** Requests to one door; most of them wrong in one place. */
export const hostileRequests = (document: ApiDocument, door: Door, known: Known): fc.Arbitrary<RawRequest> =>
  fc
    .record({
      path: pathOf(document, door, known),
      query: queryOf(document, door, known),
      headers: fc.constantFrom(...headerSets),
      body: bodyOf(document, door, known),
    })
    .map(({ path, query, headers, body }) => ({ method: door.method, path: `${path}${query}`, headers, body }))
