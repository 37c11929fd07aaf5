/** An app that is started as often as it dies, watched at each of its calls that changes something in the accounts. */
import { TableClient } from '@azure/data-tables'
import type { Unit } from '../../src/lib/model.ts'
import type { TwoRegions } from '../support/two-regions.ts'
import { type AppProcess, startProcess } from './app-process.ts'
import { type Gates, openGates, type Strike } from './gates.ts'
import { TaskHub } from './task-hub.ts'

export class Scene {
  readonly hub = new TaskHub()
  readonly #ground: TwoRegions
  readonly #table: string
  #gates: Gates | undefined
  #app: AppProcess | undefined
  /** Calls at which a process died. */
  readonly deaths: string[] = []
  /** Calls of processes that are gone. */
  readonly #before: string[] = []
  /** Looks at B after every call that may have changed it; what it says is kept in `broken`. */
  watch: (() => Promise<readonly string[]>) | undefined
  readonly broken = new Set<string>()

  constructor(ground: TwoRegions, table: string) {
    this.#ground = ground
    this.#table = table
  }

  /** @param strike which of its calls is to be its last. */
  async start(strike?: Strike): Promise<void> {
    await this.close()
    const { topology, ledgerConnection } = this.#ground
    const text = JSON.stringify(topology)
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
        TWINSTREAM_PACE: '0.01',
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
  async event(unit: Unit): Promise<void> {
    let delivered = false
    for (;;) {
      const { app } = this
      delivered ||= await app.request(unit, this.hub)
      if (delivered && (await this.hub.work(app)) === 'done') return
      this.deaths.push((await this.#gates?.died) ?? '')
      await this.start()
    }
  }

  /** What the timer does every minute, and all that follows. */
  async dispatch(): Promise<void> {
    await this.app.dispatch(this.hub)
    await this.hub.work(this.app)
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
