/** A film with keys, filters and two locators in A, and an app that is started as often as it dies. */
import { randomBytes } from 'node:crypto'
import { TableClient } from '@azure/data-tables'
import type { Unit } from '../../src/lib/model.ts'
import type { TwoRegions } from '../support/two-regions.ts'
import { type AppProcess, startProcess } from './app-process.ts'
import { type Gates, openGates } from './gates.ts'
import { TaskHub } from './task-hub.ts'

const odata = (type: string) => `#Microsoft.Media.${type}`

/** What must be found nowhere outside of the media accounts. */
export interface Film {
  readonly name: string
  readonly unit: Unit
  readonly secrets: readonly string[]
}

/** Its policies are its own, so that every film costs their passes too. */
export const publishFilm = async ({ arm: { east }, putBlob }: TwoRegions, name: string): Promise<Film> => {
  const secret = randomBytes(40).toString('base64')
  await east.put(`contentKeyPolicies/${name}-keys`, {
    options: [
      {
        name: 'token',
        configuration: { '@odata.type': odata('ContentKeyPolicyClearKeyConfiguration') },
        restriction: {
          '@odata.type': odata('ContentKeyPolicyTokenRestriction'),
          issuer: 'https://contoso.example',
          audience: 'viewers',
          restrictionTokenType: 'Jwt',
          primaryVerificationKey: {
            '@odata.type': odata('ContentKeyPolicySymmetricTokenKey'),
            keyValue: secret,
          },
        },
      },
    ],
  })
  await east.put(`streamingPolicies/${name}-policy`, {
    defaultContentKeyPolicyName: `${name}-keys`,
    envelopeEncryption: { enabledProtocols: { download: false, dash: true, hls: true, smoothStreaming: true } },
  })
  await east.put(`assets/${name}`, { container: name, description: name })
  await putBlob('east', name, 'a.mp4', 'picture')
  await putBlob('east', name, 'b.mp4', 'sound')
  await east.put(`assets/${name}/assetFilters/f1`, { firstQuality: { bitrate: 1000 } })
  await east.put(`streamingLocators/${name}-clear`, {
    assetName: name,
    streamingPolicyName: 'Predefined_ClearStreamingOnly',
  })
  await east.put(`streamingLocators/${name}-keyed`, { assetName: name, streamingPolicyName: `${name}-policy` })
  const { contentKeys } = await east.post(`streamingLocators/${name}-keyed`, 'listContentKeys')
  const values = (contentKeys as readonly { readonly value: string }[]).map(({ value }) => value)
  return { name, unit: { route: 'east>west', kind: 'asset', name }, secrets: [secret, ...values] }
}

/** Changes what is published: files, a filter, and a locator less. */
export const changeFilm = async ({ arm: { east }, putBlob, deleteBlob }: TwoRegions, name: string): Promise<void> => {
  await putBlob('east', name, 'a.mp4', 'another picture')
  await putBlob('east', name, 'c.mp4', 'subtitles')
  await deleteBlob('east', name, 'b.mp4')
  await east.put(`assets/${name}/assetFilters/f1`, { firstQuality: { bitrate: 2000 } })
  await east.delete(`streamingLocators/${name}-clear`)
}

export class Scene {
  readonly hub = new TaskHub()
  readonly #ground: TwoRegions
  readonly #table: string
  #gates: Gates | undefined
  #app: AppProcess | undefined
  /** Call at which a process died. */
  readonly deaths: string[] = []

  constructor(ground: TwoRegions, table: string) {
    this.#ground = ground
    this.#table = table
  }

  /** @param last which of its changing calls is to be its last. */
  async start(last?: number): Promise<void> {
    await this.close()
    const { topology, ledgerConnection } = this.#ground
    const text = JSON.stringify(topology)
    const { accounts } = topology as { accounts: { east: { endpoint: string; storageEndpoints: object } } }
    const media = accounts.east.endpoint
    const storage = new URL(String(Object.values(accounts.east.storageEndpoints)[0])).origin
    const ledger = new URL(/TableEndpoint=([^;]+)/.exec(ledgerConnection)?.[1] ?? '').origin
    const gates = await openGates({ media, storage, ledger }, last)
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

  /** Calls of the present process that may have changed something. */
  get changes(): number {
    return this.#gates?.changes ?? 0
  }

  get calls(): readonly string[] {
    return this.#gates?.calls ?? []
  }

  /** An event, and all that follows from it. A process that dies is started again, and the event delivered again. */
  async event(unit: Unit, atDeath: () => Promise<void>): Promise<void> {
    let delivered = false
    for (;;) {
      const { app } = this
      delivered ||= await app.request(unit, this.hub)
      if (delivered && (await this.hub.work(app)) === 'done') return
      this.deaths.push((await this.#gates?.died) ?? '')
      await atDeath()
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
    await this.#gates?.close()
  }
}
