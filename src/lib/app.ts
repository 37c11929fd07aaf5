/**
 * The composition root: settings → ledger, which is all that an event needs; then, when the first pass, sweep or caller
 * needs them, pairs of accounts. Never throws: with mistakes in the settings the app is Broken, answers health with 503
 * and refuses its triggers, so that Event Grid keeps the events.
 */
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { TableClient } from '@azure/data-tables'
import type { Issue } from './config/issues.ts'
import { processSettings, type Settings } from './config/settings.ts'
import type { Ledger } from './ledger/ledger.ts'
import { createTableLedger } from './ledger/table-ledger.ts'
import { defaultIdentity, managedIdentity } from './media/credential.ts'
import { Governor } from './media/governor/governor.ts'
import type { Clock, Route, RouteKey } from './model.ts'
import { once } from './once.ts'
import { errorName, logEvent } from './telemetry/log-event.ts'
import { lazyTelemetry, silent, type Telemetry } from './telemetry/measure.ts'
import { type Timing, timing } from './timing.ts'
import type { Whole } from './whole.ts'

export interface Ready {
  readonly state: 'ready'
  readonly settings: Settings
  readonly routes: ReadonlyMap<RouteKey, Route>
  readonly ledger: Ledger
  readonly timing: Timing
  readonly clock: Clock
  /** What is left of the rate limits of every account. */
  readonly governor: Governor
  readonly telemetry: Telemetry
  /** The app with all it works with. Loaded once, when first asked for. */
  readonly whole: () => Promise<Whole>
}

export interface Broken {
  readonly state: 'broken'
  readonly issues: readonly Issue[]
}

const clock: Clock = () => Date.now()

const identity = (clientId: string | undefined) =>
  clientId === undefined ? defaultIdentity() : managedIdentity(clientId)

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
  const ready: Ready = {
    state: 'ready',
    settings,
    routes,
    ledger,
    timing: times,
    clock,
    governor,
    telemetry,
    whole: once(async () => (await import('./whole.ts')).completed(ready)),
  }
  return ready
}

const start = (): Ready | Broken => {
  const result = processSettings()
  return result.ok ? compose(result.settings) : { state: 'broken', issues: result.issues }
}

export const app: Ready | Broken = start()

/** For what works with more than the ledger. */
export const wholeApp = async (): Promise<Whole | Broken> => (app.state === 'ready' ? app.whole() : app)
