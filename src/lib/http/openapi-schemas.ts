/** The schemas of the OpenAPI document: those with a name of its own, and all others where they stand. */
import * as z from 'zod'
import { codeField, copyingAnswer } from '../status/answers.ts'
import { budgetAnswer } from '../status/budget-answer.ts'
import { operationAnswer, reportLineAnswer } from '../status/operation-answer.ts'
import { readinessAnswer } from '../status/readiness/answer.ts'
import { routeAnswer } from '../status/route-answer.ts'
import { routeSummaryAnswer } from '../status/route-summary-answer.ts'
import { sweptRouteAnswer } from '../status/sweeps-answer.ts'
import { unitAnswer } from '../status/unit-answer.ts'
import { unitPageAnswer } from './endpoints.ts'
import { failbackBody } from './failback-body.ts'
import { problemAnswer } from './problem-answer.ts'
import { resyncBody } from './resync-body.ts'
import { withdrawBody } from './withdraw-body.ts'

export type JsonObject = Readonly<Record<string, unknown>>

/** Schemas that the document names. */
const named = {
  Code: codeField,
  Copying: copyingAnswer,
  Unit: unitAnswer,
  UnitPage: unitPageAnswer,
  Route: routeAnswer,
  RouteSummary: routeSummaryAnswer,
  Operation: operationAnswer,
  ReportLine: reportLineAnswer,
  SweptRoute: sweptRouteAnswer,
  Budget: budgetAnswer,
  Readiness: readinessAnswer,
  Problem: problemAnswer,
  ResyncRequest: resyncBody,
  WithdrawRequest: withdrawBody,
  FailbackRequest: failbackBody,
}

const componentsAt = '#/components/schemas/'

/** Zod's pattern of a time is long, and says no more than `format`. */
const override = ({ jsonSchema }: { readonly jsonSchema: Record<string, unknown> }): void => {
  if (jsonSchema.format === 'date-time') delete jsonSchema.pattern
}

/** Without the marks of dialect and place: a document has them once. */
const withoutMarks = ({ $schema: _, $id: __, ...schema }: Readonly<Record<string, unknown>>): JsonObject => schema

export interface Schemas {
  readonly components: Readonly<Record<string, JsonObject>>
  /** A reference where the schema has a name, the schema itself where it has none. */
  of(schema: z.ZodType): JsonObject
}

const convert = (schemas: Readonly<Record<string, z.ZodType>>): Readonly<Record<string, JsonObject>> => {
  const registry = z.registry<{ id: string }>()
  for (const [id, schema] of Object.entries(schemas)) registry.add(schema, { id })
  const made = z.toJSONSchema(registry, { io: 'input', override, uri: id => `${componentsAt}${id}` }).schemas
  return Object.fromEntries(Object.entries(made).map(([id, schema]) => [id, withoutMarks({ ...schema })]))
}

/** JSON Schemas of everything that endpoints read and answer. */
export const openApiSchemas = (): Schemas => ({
  components: convert(named),
  of: schema => {
    const name = Object.entries(named).find(([, one]) => one === schema)?.[0]
    return name === undefined ? (convert({ ...named, here: schema }).here ?? {}) : { $ref: `${componentsAt}${name}` }
  },
})
