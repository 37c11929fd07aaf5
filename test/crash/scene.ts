/** An app that is started as often as it dies, watched at each of its calls that changes something in the accounts. */
import { TableClient } from '@azure/data-tables'
import type { Unit } from '../../src/lib/model.ts'
import type { TwoRegions } from '../support/two-regions.ts'
import { type AppProcess, startProcess } from './app-process.ts'
import { type Gates, openGates, type Strike } from './gates.ts'
import type { Asked, Scenario } from './scenario.ts'
import { TaskHub } from './task-hub.ts'

export class Scene {
  readonly hub = new TaskHub()
  readonly #ground: TwoRegions
  readonly #table: string
  readonly #routes: Scenario['routes']
  /** How the next processes die. */
  #strikes: readonly Strike[] = []
  #pace = ''
  #gates: Gates | undefined
  #app: AppProcess | undefined
  /** Calls at which a process died. */
  readonly deaths: string[] = []
  /** Calls of processes that are gone. */
  readonly #before: string[] = []
  /** Looks at B after every call that may have changed it; what it says is kept in `broken`. */
  watch: (() => Promise<readonly string[]>) | undefined
  readonly broken = new Set<string>()

  constructor(ground: TwoRegions, table: string, { routes }: Pick<Scenario, 'routes'> = {}) {
    this.#ground = ground
    this.#table = table
    this.#routes = routes
  }

  /** @param strikes which call is to be the last of the process, and of those that follow it. */
  async start(strikes: readonly Strike[] = [], pace = '0.01'): Promise<void> {
    this.#strikes = strikes
    this.#pace = pace
    await this.#rise()
  }

  async #rise(): Promise<void> {
    await this.close()
    const [strike, ...later] = this.#strikes
    this.#strikes = later
    const { topology, ledgerConnection } = this.#ground
    const text = JSON.stringify({ ...topology, ...(this.#routes && { routes: this.#routes }) })
    const { accounts } = topology as { accounts: { east: { endpoint: string; storageEndpoints: object } } }
    const media = accounts.east.endpoint
    const storage = new URL(String(Object.values(accounts.east.storageEndpoints)[0])).origin
    const ledger = new URL(/TableEndpoint=([^;]+)/.exec(ledgerConnection)?.[1] ?? '').origin
    const gates = await openGates({ media, storage, ledger }, strike, async plane => {
      if (plane !== 'ledger') for (const one of (await this.watch?.()) ?? []) this.broken.add(one)
    })
    this.#gates = gates
    this.#app = await startProcess(
      {
        AzureWebJobsStorage: ledgerConnection.replaceAll(ledger, gates.urls.ledger),
        TWINSTREAM_TOPOLOGY: text.replaceAll(media, gates.urls.media).replaceAll(storage, gates.urls.storage),
        TWINSTREAM_LEDGER_TABLE: this.#table,
        TWINSTREAM_PACE: this.#pace,
        EAST_TOKEN: 'token-of-east',
        WEST_TOKEN: 'token-of-west',
      },
      gates,
    )
  }

  /** Calls of the present process. */
  get calls(): readonly string[] {
    return this.#gates?.calls ?? []
  }

  /** Calls of all processes. */
  get allCalls(): readonly string[] {
    return [...this.#before, ...this.calls]
  }

  /** An event, and all that follows from it. A process that dies is started again, and the event delivered again. */
  event(unit: Unit, asked?: Asked): Promise<void> {
    return this.#work(app => app.request(unit, this.hub, asked))
  }

  /** What the timer does every minute, and all that follows. */
  dispatch(): Promise<void> {
    return this.#work(app => app.dispatch(this.hub))
  }

  /** @param begin false where the process died of it. */
  async #work(begin: (app: AppProcess) => Promise<boolean>): Promise<void> {
    let begun = false
    for (;;) {
      const { app } = this
      begun ||= await begin(app)
      if (begun && (await this.hub.work(app)) === 'done') return
      this.deaths.push((await this.#gates?.died) ?? '')
      await this.#rise()
    }
  }

  get app(): AppProcess {
    if (this.#app === undefined) throw new Error('The app has not been started.')
    return this.#app
  }

  /** Everything that the ledger and the task hub keep, as text. */
  async kept(): Promise<string> {
    const client = TableClient.fromConnectionString(this.#ground.ledgerConnection, this.#table, {
      allowInsecureConnection: true,
    })
    const rows: object[] = []
    for await (const row of client.listEntities()) rows.push(row)
    return JSON.stringify([rows, this.hub.recordings])
  }

  async close(): Promise<void> {
    this.#before.push(...this.calls)
    await this.#gates?.close()
    this.#gates = undefined
  }
}
