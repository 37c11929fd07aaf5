/**
 * The composition root: settings → accounts → ledger → pairs. Never throws: with mistakes in the settings the app is
 * Broken, answers health with 503 and refuses its triggers, so that Event Grid keeps the events.
 */
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { TableClient } from '@azure/data-tables'
import { DefaultAzureCredential, ManagedIdentityCredential } from '@azure/identity'
import type { Issue } from './config/issues.ts'
import { processSettings, type Settings } from './config/settings.ts'
import { surveyUnit } from './durable/survey-unit.ts'
import type { Ledger } from './ledger/ledger.ts'
import { createTableLedger } from './ledger/table-ledger.ts'
import { Governor } from './media/governor/governor.ts'
import type { Clock, Priority, Route, RouteKey } from './model.ts'
import { createPairs, type Pairs } from './pairs.ts'
import type { ReadinessDeps } from './status/readiness/view.ts'
import type { SweepDeps } from './sweep/page.ts'
import { errorName, logEvent } from './telemetry/log-event.ts'
import { lazyTelemetry, silent, type Telemetry } from './telemetry/measure.ts'
import { type Timing, timing } from './timing.ts'

export interface Ready {
  readonly state: 'ready'
  readonly settings: Settings
  readonly routes: ReadonlyMap<RouteKey, Route>
  readonly ledger: Ledger
  readonly pairs: Pairs
  readonly timing: Timing
  readonly clock: Clock
  /** What is left of the rate limits of every account. */
  readonly governor: Governor
  /** What resyncs and sweeps compare and ask with. */
  readonly sweep: SweepDeps
  /** What is asked to tell whether a failover would work now. */
  readonly readiness: ReadinessDeps
  readonly telemetry: Telemetry
}

export interface Broken {
  readonly state: 'broken'
  readonly issues: readonly Issue[]
}

const clock: Clock = () => Date.now()

const identity = (clientId: string | undefined) =>
  clientId === undefined ? new DefaultAzureCredential() : new ManagedIdentityCredential({ clientId })

const tableOf = ({ hub, ledgerTable }: Settings): TableClient => {
  if (hub.kind === 'connectionString') {
    const connection = hub.connectionString.reveal()
    const allowInsecureConnection = /http:\/\/(127\.0\.0\.1|localhost)[:/]/i.test(connection)
    return TableClient.fromConnectionString(connection, ledgerTable, { allowInsecureConnection })
  }
  return new TableClient(hub.tableEndpoint, ledgerTable, identity(hub.clientId))
}

const telemetryOf = ({ telemetry: { otlp, insights } }: Settings, times: Timing): Telemetry =>
  otlp || insights !== undefined
    ? lazyTelemetry({
        after: times.telemetryDelay,
        load: async () => {
          const { createMeter } = await import('./telemetry/meter.ts')
          const credential = insights?.identity && { credential: identity(insights.identity.clientId) }
          return createMeter({
            otlp,
            interval: times.telemetryInterval,
            ...(insights && { insights: { connectionString: insights.connectionString.reveal(), ...credential } }),
          })
        },
        failed: error =>
          // biome-ignore lint/suspicious/noConsole: there is no invocation to log with; the host takes the console's lines
          logEvent(line => console.error(line), 'telemetryFailed', { error: errorName(error) }),
      })
    : silent

const compose = (settings: Settings): Ready => {
  const times = timing(settings.pace)
  const telemetry = telemetryOf(settings, times)
  const { maxActive, maxActivePolicies } = settings
  const routes = new Map(settings.routes.map(route => [route.key, route]))
  const endsOf = ({ from, to }: Route) => settings.accounts.filter(({ key }) => key === from || key === to)
  const ledger = createTableLedger({
    table: tableOf(settings),
    timing: times,
    clock,
    randomKey: () => randomBytes(8).toString('hex'),
    routes: settings.routes.map(({ key, from, to }) => ({ key, from, to, maxActive, maxActivePolicies })),
    room: async (key, priority) => {
      const route = routes.get(key)
      return route === undefined ? 0 : governor.room(endsOf(route), { route: key, priority })
    },
  })
  const governor: Governor = new Governor({
    store: ledger,
    clock,
    timing: times,
    sleep,
    ended: (account, bucket, status) => telemetry.measure('twinstream.calls', 1, { account, bucket, status }),
  })
  const pairs = createPairs(settings, times, clock, governor)
  const survey: SweepDeps['survey'] = (unit, permissions, priority) =>
    surveyUnit({ ledger, pair: pairs.pair }, unit, permissions, priority)
  const heldUntil = (route: Route, priority: Priority) =>
    governor.heldUntil(endsOf(route), { route: route.key, priority })
  return {
    state: 'ready',
    settings,
    routes,
    ledger,
    pairs,
    timing: times,
    clock,
    governor,
    telemetry,
    sweep: { routes, reader: pairs.reader, ledger, clock, timing: times, survey, heldUntil },
    readiness: {
      ledger,
      routes,
      clock,
      reach: async (key, side, plane) => (await pairs.pair(key, 'urgent')?.reach(side, plane)) ?? 'none',
    },
  }
}

const start = (): Ready | Broken => {
  const result = processSettings()
  return result.ok ? compose(result.settings) : { state: 'broken', issues: result.issues }
}

export const app: Ready | Broken = start()
