/** The OpenAPI 3.1 document of the HTTP functions, made from the schemas that they read and answer by. */
import type * as z from 'zod'
import manifest from '../../../package.json' with { type: 'json' }
import type { Endpoint, EndpointAnswer } from './endpoint.ts'
import { endpoints } from './endpoints.ts'
import { type JsonObject, openApiSchemas, type Schemas } from './openapi-schemas.ts'
import { type ProblemCode, problemKinds } from './problem-codes.ts'

const pathParameters = ({ route }: Endpoint): readonly JsonObject[] =>
  [...route.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))

const queryParameters = ({ query }: Endpoint, { of }: Schemas): readonly JsonObject[] =>
  Object.entries(query?.shape ?? {}).map(([name, schema]) => {
    const { description, ...shape } = of(schema as z.ZodType)
    const required = !(schema as z.ZodType).safeParse(undefined).success
    return { name, in: 'query', required, ...(description === undefined ? {} : { description }), schema: shape }
  })

const answer = (
  { description, schema, contentType = 'application/json', headers, others = {} }: EndpointAnswer,
  { of }: Schemas,
) => ({
  description,
  ...(headers === undefined
    ? {}
    : {
        headers: Object.fromEntries(
          Object.entries(headers).map(([name, what]) => [name, { description: what, schema: { type: 'string' } }]),
        ),
      }),
  content: Object.fromEntries(
    Object.entries({ [contentType]: schema, ...others }).map(([type, one]) => [type, { schema: of(one) }]),
  ),
})

/** What any door with a key may answer. */
const usual: readonly ProblemCode[] = ['LedgerUnavailable', 'NotReady', 'Unexpected']

/** Problems by status: several may share one. */
const problemAnswers = (codes: readonly ProblemCode[]): JsonObject => {
  const byStatus = Map.groupBy(codes, code => problemKinds[code].status)
  return Object.fromEntries(
    [...byStatus].map(([status, some]) => [
      status,
      {
        description: some.map(code => `\`${code}\`: ${problemKinds[code].title}.`).join(' '),
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  )
}

const security = {
  anonymous: [],
  read: [{ readKey: [] }, { writeKey: [] }],
  write: [{ writeKey: [] }],
} as const satisfies Record<Endpoint['access'], unknown>

const operation = (name: string, endpoint: Endpoint, all: Schemas): JsonObject => {
  const { access, summary, description, body, answers, problems } = endpoint
  const parameters = [...pathParameters(endpoint), ...queryParameters(endpoint, all)]
  const keyed = access !== 'anonymous'
  return {
    operationId: name,
    summary,
    ...(description === undefined ? {} : { description }),
    security: security[access],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: all.of(body) } } } }),
    responses: {
      ...Object.fromEntries(Object.entries(answers).map(([status, one]) => [status, answer(one, all)])),
      ...problemAnswers(keyed ? [...problems, ...usual] : problems),
      ...(keyed ? { 401: { description: 'No key, or not the right one. Empty.' } } : {}),
    },
  }
}

const paths = (all: Schemas): JsonObject => {
  const byRoute = Map.groupBy(Object.entries<Endpoint>(endpoints), ([, { route }]) => route)
  return Object.fromEntries(
    [...byRoute].map(([route, some]) => [
      `/${route}`,
      Object.fromEntries(
        some.map(([name, endpoint]) => [endpoint.method.toLowerCase(), operation(name, endpoint, all)]),
      ),
    ]),
  )
}

const keyScheme = (description: string) => ({ type: 'apiKey', in: 'header', name: 'x-functions-key', description })

/** The document; made anew at each call. */
export const openApiDocument = (): JsonObject => {
  const all = openApiSchemas()
  return {
    openapi: '3.1.1',
    info: {
      title: 'Twinstream',
      version: manifest.version,
      description: manifest.description,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/api' }],
    paths: paths(all),
    components: {
      schemas: all.components,
      securitySchemes: {
        readKey: keyScheme('A function key that every function that only reads was given.'),
        writeKey: keyScheme('A function key that every function was given.'),
      },
    },
  }
}
