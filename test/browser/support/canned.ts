/** Answers that never change, of a deployment with some trouble, for what has to look the same every time. */
import { codes } from '../../../src/lib/codes.ts'
import type { OperationAnswer } from '../../../src/lib/status/operation-answer.ts'
import type { ReadinessAnswer } from '../../../src/lib/status/readiness/answer.ts'
import type { RouteSummaryAnswer } from '../../../src/lib/status/route-summary-answer.ts'
import type { UnitAnswer } from '../../../src/lib/status/unit-answer.ts'

export const now = '2026-03-01T12:00:00.000Z'
const ago = (seconds: number): string => new Date(Date.parse(now) - seconds * 1000).toISOString()
type Code = keyof typeof codes

const standStill = (outcome: UnitAnswer['outcome'], code: Code, count: number) => ({
  outcome: outcome ?? 'blocked',
  count,
  code,
  ...codes[code],
})

const routes: readonly RouteSummaryAnswer[] = [
  {
    route: 'east>west',
    mode: 'replicate',
    from: 'east',
    to: 'west',
    lag: 134,
    units: { running: 20, due: 1000, waiting: 12, blocked: 5, atLeast: true },
    standStills: [
      standStill('waiting', 'NotFinished', 11),
      standStill('blocked', 'TargetNotOurs', 3),
      standStill('blocked', 'StorageNotMapped', 2),
      standStill('waiting', 'PolicyPending', 1),
    ],
  },
  {
    route: 'east>north',
    mode: 'observe',
    from: 'east',
    to: 'north',
    units: { running: 0, due: 0, waiting: 0, blocked: 0, atLeast: false },
    standStills: [],
  },
  {
    route: 'west>east',
    mode: 'replicate',
    from: 'west',
    to: 'east',
    units: { running: 0, due: 0, waiting: 2, blocked: 2, atLeast: false },
    failback: { code: 'FailbackPending', ...codes.FailbackPending, since: ago(5400), comparison: 'r-comparison' },
    standStills: [standStill('waiting', 'FailbackPending', 2), standStill('blocked', 'TargetChanged', 2)],
  },
]

const unit = (name: string, code: Code, detail: string, more: Partial<UnitAnswer> = {}): UnitAnswer => ({
  route: 'east>west',
  kind: 'asset',
  name,
  state: 'idle',
  outcome: 'blocked',
  code,
  ...codes[code],
  detail,
  reason: 'sweep',
  pending: false,
  requestedAt: ago(4200),
  attempts: 0,
  run: 3,
  desired: 4,
  observed: 4,
  facts: {},
  ...more,
})

const longName = `season-04-${'the-one-with-a-name-that-nobody-would-have-thought-of-'.repeat(4)}final`

export const units: readonly UnitAnswer[] = [
  unit('city-premiere', 'TargetNotOurs', 'asset city-premiere differs in description and container'),
  unit('harbour-nights-e03', 'StorageNotMapped', 'contosoeastother', { inSyncAt: ago(180_000) }),
  unit('harbour-nights-e04', 'StorageNotMapped', 'contosoeastother'),
  unit('viewers-with-token', 'TargetNotOurs', 'options[0].restriction.issuer', { kind: 'contentKeyPolicy' }),
  unit(longName, 'TargetNotOurs', 'asset differs in container'),
]

const operation = (id: string, more: Partial<OperationAnswer>): OperationAnswer => ({
  id,
  kind: 'resync',
  route: 'east>west',
  scope: 'all',
  dryRun: false,
  status: 'succeeded',
  counts: { seen: 0, equal: 0, requested: 0, failed: 0 },
  report: `/api/operations/${id}/report`,
  startedAt: ago(3600),
  updatedAt: ago(3000),
  finishedAt: ago(3000),
  ...more,
})

const running = { status: 'running', finishedAt: undefined } as const

export const operations: readonly OperationAnswer[] = [
  operation('r-running', {
    ...running,
    startedAt: ago(192),
    updatedAt: ago(0),
    counts: { seen: 41_280, equal: 40_902, requested: 371, failed: 7 },
    total: 100_000,
    eta: new Date(Date.parse(now) + 273_000).toISOString(),
  }),
  operation('r-named', {
    ...running,
    scope: 'named',
    total: 2,
    startedAt: ago(20),
    updatedAt: ago(0),
    counts: { seen: 2, equal: 1, requested: 2, failed: 0, settled: 1 },
    copying: {
      blobs: 118,
      ofBlobs: 240,
      bytes: 2_140_000_000,
      ofBytes: 5_300_000_000,
      bytesPerSecond: 96_400_000,
      eta: new Date(Date.parse(now) + 33_000).toISOString(),
    },
  }),
  operation('r-dry-run', {
    dryRun: true,
    counts: { seen: 2400, equal: 2312, requested: 0, failed: 8 },
    total: 2400,
    estimate: {
      bytes: 412_000_000_000,
      calls: { reads: 1800, writes: 260, deletes: 0, resourceRequests: 640, policySecrets: 12 },
      seconds: 1900,
    },
  }),
  operation('r-stopped', { status: 'canceled', counts: { seen: 1200, equal: 1188, requested: 12, failed: 0 } }),
]

const sweeps = {
  routes: [
    {
      route: 'east>west',
      mode: 'replicate',
      sweeps: [
        {
          sweep: 'changes',
          every: 300,
          lastSuccessAt: ago(130),
          dueAt: now,
          operation: operation('sweep-changes-east_west', {
            kind: 'changes',
            counts: { seen: 14, equal: 12, requested: 2, failed: 0 },
            finishedAt: ago(130),
          }),
        },
        {
          sweep: 'full',
          every: 86_400,
          dueAt: now,
          operation: operation('sweep-full-east_west', {
            kind: 'full',
            ...running,
            waiting: {
              code: 'BudgetUsed',
              ...codes.BudgetUsed,
              until: new Date(Date.parse(now) + 48_000).toISOString(),
            },
            counts: { seen: 61_000, equal: 60_998, requested: 2, failed: 0 },
            total: 100_000,
          }),
        },
      ],
    },
  ],
  budgets: [],
}

/** Lines of a report; every so many differ or stand still. */
export const reportLines = (count: number): string =>
  Array.from({ length: count }, (_, index) => {
    const name = `harbour-nights-s${String(1 + Math.floor(index / 100)).padStart(2, '0')}-take-${index}`
    const base = { kind: 'asset', name, blobs: 10, bytes: 734_003_200 }
    if (index % 300 === 7)
      return {
        ...base,
        outcome: 'blocked',
        code: 'TargetNotOurs',
        ...codes.TargetNotOurs,
        detail: 'container',
        changes: [],
      }
    if (index % 30 === 0)
      return {
        ...base,
        equal: false,
        changes: ['asset is missing in the target', 'files: 10 to copy', `locator ${name}-clear: make`],
      }
    return { ...base, equal: true, changes: [] }
  })
    .map(line => `${JSON.stringify(line)}\n`)
    .join('')

const proven = { result: 'proven', status: 200 } as const
const readiness: ReadinessAnswer = {
  at: now,
  version: '0.1.0',
  seconds: 4.2,
  verdict: 'limited',
  routes: [
    {
      route: 'east>west',
      mode: 'replicate',
      verdict: 'limited',
      reasons: [
        {
          weight: 'limits',
          code: 'EndpointSmaller',
          ...codes.EndpointSmaller,
          detail: '1 unit, 4 in east',
          names: ['default'],
          runbook: 'https://wiki.example/runbook#endpointsmaller',
        },
        {
          weight: 'limits',
          code: 'UnitsBlocked',
          ...codes.UnitsBlocked,
          detail: '5 units',
          runbook: 'https://wiki.example/runbook#unitsblocked',
        },
        {
          weight: 'note',
          code: 'KeyUrlFixed',
          ...codes.KeyUrlFixed,
          names: ['viewers-with-token'],
          runbook: 'https://wiki.example/runbook#keyurlfixed',
        },
      ],
      source: { account: 'east', control: 'answers', storage: 'answers' },
      target: {
        account: 'west',
        control: 'answers',
        storage: 'answers',
        endpoints: [
          {
            name: 'default',
            state: 'Running',
            scaleUnits: 1,
            host: 'contosowest-usw2.streaming.media.azure.net',
            customHosts: [],
            cdn: false,
          },
        ],
        quotas: [{ quota: 'assets', used: 41_200, limit: 1_000_000 }],
        urls: [],
      },
      units: { unverified: 17, blocked: 5, atLeast: false, codes: [] },
      lagSeconds: 134,
      comparison: { lastSuccessAt: ago(40_000), ageSeconds: 40_000 },
      titles: [
        {
          asset: 'canary',
          locator: 'canary-probe',
          why: 'canary',
          manifest: { ...proven, milliseconds: 41 },
          segment: { ...proven, milliseconds: 66 },
          key: { ...proven, milliseconds: 38 },
        },
        {
          asset: 'city-at-dusk',
          locator: 'city-at-dusk-clear',
          why: 'newest',
          manifest: { ...proven, milliseconds: 52 },
          segment: { ...proven, milliseconds: 71 },
          key: { result: 'notAsked', detail: 'clear' },
        },
      ],
    },
  ],
}

const conflicts = [
  unit('described', 'TargetChanged', 'description', { route: 'west>east' }),
  unit('tokens', 'TargetChanged', 'options[0].restriction', { route: 'west>east', kind: 'contentKeyPolicy' }),
]

/** The answer of a path below `/api/`, undefined where there is none. */
export const answerOf = (path: string, query: URLSearchParams, method = 'GET'): object | string | undefined => {
  if (method === 'DELETE') return { route: 'east>west', lifted: [], unknown: [] }
  if (path === 'routes') return { routes }
  if (path === 'units') {
    const code = query.get('code')
    if (code === 'TargetChanged') return { units: conflicts, routes: [] }
    return { units: units.filter(one => query.get('outcome') === one.outcome), routes: [] }
  }
  if (path === 'operations') return { operations }
  if (path === 'sweeps') return sweeps
  if (path === 'readiness') return readiness
  if (path === 'withdraw')
    return {
      route: 'east>west',
      withdrawals: [
        { locator: 'city-premiere-aes', at: ago(24), result: 'pending' },
        { locator: 'harbour-nights-e01-clear', at: ago(96_000), result: 'withdrawn' },
        { locator: 'viewers-own-clear', at: ago(97_000), result: 'notOurs' },
      ],
    }
  const [, id, rest] = /^operations\/([^/]+)(\/report)?$/.exec(path) ?? []
  return rest === undefined ? operations.find(one => one.id === id) : reportLines(2400)
}
