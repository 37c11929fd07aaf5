/** The requests and answers that the published specification gives as examples (`x-ms-examples`). */
import { readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { type Json, parseJson } from '../../../local/simulator/json.ts'

export interface ExampleAnswer {
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Json
}

export interface Example {
  /** Its file, which tells it apart. */
  readonly name: string
  readonly operation: string
  readonly method: string
  /** With the values of the example, encoded. */
  readonly path: string
  /** Path below the account, decoded: `assets/ClimbingMountBaker`. */
  readonly below: string
  readonly account: { readonly subscriptionId: string; readonly resourceGroup: string; readonly accountName: string }
  readonly query: URLSearchParams
  readonly body: Json | undefined
  /** By status. */
  readonly answers: Readonly<Record<string, ExampleAnswer>>
}

type Values = Readonly<Record<string, Json>>
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}
interface Operation {
  readonly operationId: string
  readonly 'x-ms-examples'?: Readonly<Record<string, { readonly $ref: string }>>
}

const textOf = (values: Values, name: string): string => String(values[name] ?? '')

const readExample = (file: string, path: string, method: string, operation: string): Example => {
  const { parameters, responses } = parseJson(readFileSync(file, 'utf8')) as unknown as {
    readonly parameters: Values
    readonly responses: Readonly<Record<string, ExampleAnswer>>
  }
  const inPath = new Set([...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name))
  const filled = (value: (name: string) => string) => path.replaceAll(/\{(\w+)\}/g, (_, name: string) => value(name))
  const query = Object.entries(parameters).filter(([name]) => name !== 'parameters' && !inPath.has(name))
  return {
    name: basename(file, '.json'),
    operation,
    method: method.toUpperCase(),
    path: filled(name => encodeURIComponent(textOf(parameters, name))),
    below: /\/mediaservices\/[^/]+\/(.*)$/i.exec(filled(name => textOf(parameters, name)))?.[1] ?? '',
    account: {
      subscriptionId: textOf(parameters, 'subscriptionId'),
      resourceGroup: textOf(parameters, 'resourceGroupName'),
      accountName: textOf(parameters, 'accountName'),
    },
    query: new URLSearchParams(Object.fromEntries(query.map(([name, value]) => [name, String(value)]))),
    body: parameters.parameters,
    answers: responses,
  }
}

/** All examples of the documents, in their order. Whole numbers keep their digits. */
export const readExamples = (files: readonly string[]): Example[] =>
  files.flatMap(file => {
    const { paths } = JSON.parse(readFileSync(file, 'utf8')) as Document
    return Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, operation]) =>
        Object.values(operation['x-ms-examples'] ?? {}).map(({ $ref }) =>
          readExample(join(dirname(file), $ref), path, method, operation.operationId),
        ),
      ),
    )
  })
