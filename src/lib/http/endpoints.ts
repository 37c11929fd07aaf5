/**
 * What the OpenAPI document says of every HTTP function of the app. A test calls each of them and holds what it answers
 * against this.
 */
import * as z from 'zod'
import { budgetAnswer } from '../status/budget-answer.ts'
import { operationAnswer, reportLineAnswer } from '../status/operation-answer.ts'
import { readinessAnswer } from '../status/readiness/answer.ts'
import { routeAnswer } from '../status/route-answer.ts'
import { routeSummaryAnswer } from '../status/route-summary-answer.ts'
import { sweptRouteAnswer } from '../status/sweeps-answer.ts'
import { unitAnswer } from '../status/unit-answer.ts'
import { consoleType } from './console.ts'
import type { Endpoint } from './endpoint.ts'
import { failbackAnswer, failbackBody } from './failback-body.ts'
import { operationsAnswer, operationsQuery } from './operation-list.ts'
import { readinessQuery } from './readiness-query.ts'
import { resyncBody } from './resync-body.ts'
import { triggers } from './triggers.ts'
import { unitsQuery } from './units-query.ts'
import {
  liftAnswer,
  liftQuery,
  withdrawAnswer,
  withdrawalsAnswer,
  withdrawalsQuery,
  withdrawBody,
} from './withdraw-body.ts'

export const unitPageAnswer = z.object({
  units: z.array(unitAnswer),
  next: z.string().optional().describe('`cursor` of the next page; absent on the last.'),
  routes: z.array(routeAnswer),
})

export const endpoints = {
  health: {
    ...triggers.health,
    summary: 'Whether the app is up',
    description: 'About the app alone, without any call: nothing about the regions. Not for probes of players.',
    answers: {
      200: {
        description: 'It is.',
        schema: z.object({ status: z.literal('ok'), version: z.string().describe('Of the app.') }),
      },
      503: {
        description: 'Its settings have mistakes; the log lists them.',
        schema: z.object({ status: z.literal('broken') }),
      },
    },
    problems: [],
  },
  openapi: {
    ...triggers.openapi,
    summary: 'This document',
    description: 'The same for everybody: it has no data and no settings.',
    answers: { 200: { description: 'An OpenAPI 3.1 document.', schema: z.looseObject({ openapi: z.string() }) } },
    problems: [],
  },
  console: {
    ...triggers.console,
    summary: 'The console: a page that shows and does what this API does',
    description: 'The same for everybody: it has no data and no settings, and asks for a key.',
    answers: { 200: { description: 'A page.', schema: z.string(), contentType: consoleType } },
    problems: [],
  },
  routes: {
    ...triggers.routes,
    summary: 'Every route with its lag, and how many of its units are not in sync and why',
    description: 'Costs a few short scans of the ledger a route, however many units it has.',
    answers: { 200: { description: 'All routes.', schema: z.object({ routes: z.array(routeSummaryAnswer) }) } },
    problems: ['QueryInvalid'],
  },
  resync: {
    ...triggers.resync,
    summary: 'Ask for assets or units by name, or compare a whole route',
    body: resyncBody,
    answers: {
      202: {
        description: 'Accepted.',
        schema: operationAnswer,
        headers: { location: 'Address of the operation.' },
      },
    },
    problems: [
      'BodyInvalid',
      'BodyTooLarge',
      'RouteUnknown',
      'AssetUnknown',
      'AssetNotIncluded',
      'UnitUnknown',
      'NotAuthorized',
      'SourceUnavailable',
      'Throttled',
    ],
  },
  operations: {
    ...triggers.operations,
    summary: 'Resyncs, the latest first',
    query: operationsQuery,
    answers: { 200: { description: 'A page of them.', schema: operationsAnswer } },
    problems: ['QueryInvalid', 'RouteUnknown'],
  },
  operation: {
    ...triggers.operation,
    summary: 'How far an operation is',
    answers: { 200: { description: 'The operation.', schema: operationAnswer } },
    problems: ['OperationUnknown'],
  },
  stopOperation: {
    ...triggers.stopOperation,
    summary: 'Stop an operation at its next page',
    answers: {
      200: { description: 'It had ended before.', schema: operationAnswer },
      202: { description: 'It will stop.', schema: operationAnswer },
    },
    problems: ['OperationUnknown', 'OperationNotStoppable'],
  },
  operationReport: {
    ...triggers.operationReport,
    summary: 'What an operation found, a line a unit',
    query: z.object({
      from: z.string().optional().describe('Page of the report, as in the `link` header of the answer before.'),
    }),
    answers: {
      200: {
        description: 'JSON lines, each as the schema says.',
        schema: reportLineAnswer,
        contentType: 'application/x-ndjson',
        headers: { link: 'Where a long report goes on (`rel="next"`).' },
      },
    },
    problems: ['OperationUnknown'],
  },
  units: {
    ...triggers.units,
    summary: 'One unit in full, or pages of units',
    description: 'With `name`, `route` and `kind` are needed and the answer is that unit.',
    query: unitsQuery,
    answers: { 200: { description: 'A unit, or a page of them.', schema: z.union([unitAnswer, unitPageAnswer]) } },
    problems: ['QueryInvalid', 'RouteUnknown', 'UnitUnknown'],
  },
  sweeps: {
    ...triggers.sweeps,
    summary: 'When each sweep of each route last ran and is due, and what is left of the rate limits',
    answers: {
      200: {
        description: 'All routes and accounts.',
        schema: z.object({ routes: z.array(sweptRouteAnswer), budgets: z.array(budgetAnswer) }),
      },
    },
    problems: ['QueryInvalid'],
  },
  readiness: {
    ...triggers.readiness,
    summary: 'Whether a failover would work now',
    description:
      'Asked of the ledger, the targets and what plays there, within seconds, whether sources answer or not. Dated, so that it can be kept as evidence; as a page to print with `format=html`, or for a browser. With mistakes in the settings it lists them.',
    query: readinessQuery,
    answers: {
      200: {
        description: 'What was found, with a verdict and its reasons.',
        schema: readinessAnswer,
        others: { 'text/html; charset=utf-8': z.string() },
      },
    },
    problems: ['QueryInvalid'],
  },
  withdraw: {
    ...triggers.withdraw,
    summary: 'Unpublish in the target now, and keep it so',
    description: 'Also while the source is down. Only what this app made is removed.',
    body: withdrawBody,
    answers: { 200: { description: 'What became of each.', schema: withdrawAnswer } },
    problems: ['BodyInvalid', 'BodyTooLarge', 'RouteUnknown'],
  },
  withdrawals: {
    ...triggers.withdrawals,
    summary: 'What is kept from being published in the target, and whether it is off',
    query: withdrawalsQuery,
    answers: { 200: { description: 'A page of locators that were withdrawn by hand.', schema: withdrawalsAnswer } },
    problems: ['QueryInvalid', 'RouteUnknown'],
  },
  liftWithdrawal: {
    ...triggers.liftWithdrawal,
    summary: 'Let locators be published again',
    query: liftQuery,
    answers: { 200: { description: 'Lifted; the source is looked at again.', schema: liftAnswer } },
    problems: ['QueryInvalid', 'RouteUnknown'],
  },
  failback: {
    ...triggers.failback,
    summary: 'Decide what changed in the target while the source was away',
    body: failbackBody,
    answers: { 202: { description: 'The units that were asked for.', schema: failbackAnswer } },
    problems: ['BodyInvalid', 'BodyTooLarge', 'RouteUnknown', 'RouteMissing', 'UnitUnknown'],
  },
} as const satisfies Record<keyof typeof triggers, Endpoint>
