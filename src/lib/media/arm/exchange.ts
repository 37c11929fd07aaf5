import type { AssetsGetOptionalParams, AzureMediaServices } from '@azure/arm-mediaservices'
import { createHttpHeaders, createPipelineRequest, type PipelineResponse } from '@azure/core-rest-pipeline'
import type { Account } from '../../model.ts'
import { once } from '../../once.ts'
import { ServiceError } from '../../service-error.ts'
import type { Page } from '../ports.ts'
import { Answers } from './answers.ts'
import { endpointOf } from './endpoint.ts'
import { type ArmOptions, totalTimeout } from './options.ts'
import { type JsonObject, listIn, optionalText } from './wire.ts'
import type { Body } from './write-bodies.ts'

/** What every operation of the SDK takes; also gives those that are not typed for it the raw answer. */
type SdkOptions = AssetsGetOptionalParams
type SdkCall = (client: AzureMediaServices, options: SdkOptions) => Promise<unknown>
interface SdkList {
  byPage(settings: { continuationToken?: string }): AsyncIterableIterator<unknown>
}

/** Of the group of operations that the SDK calls Metadata; all that is written here belongs to it. */
const apiVersion = '2022-08-01'

/** Names that an address would swallow (`assets/..`) don't exist; neither do empty ones, which would ask for a list. */
const isAddressable = (names: readonly string[]) => names.every(name => !['', '.', '..'].includes(name))

/**
 * Sends through the SDK's client and hands out the answers as they are. Reading is done by the SDK's operations, but
 * not its deserialiser, which loses digits, ticks and unknown members; PUT bodies are sent as given.
 */
export class Exchange {
  /** The SDK is loaded when an account is first called: what starts the app for an event has no use for it yet. */
  readonly #client: () => Promise<AzureMediaServices>
  readonly #account: Account
  readonly #options: ArmOptions
  readonly #answers: Answers

  constructor(account: Account, options: ArmOptions) {
    endpointOf(account)
    this.#client = once(async () => (await import('./client.ts')).createArmClient(account, options))
    this.#account = account
    this.#options = options
    this.#answers = new Answers(account, options.clock)
  }

  /** The body of a resource, or undefined where the service says that there is none. */
  async find(names: readonly string[], call: SdkCall): Promise<JsonObject | undefined> {
    if (!isAddressable(names)) return undefined
    return this.#answers.bodyIfAny(await this.#send(call))
  }

  /** The body of a success; a 404 is a ServiceError `notFound`. */
  async ask(names: readonly string[], call: SdkCall): Promise<JsonObject> {
    this.#demandAddressable(names)
    return this.#answers.body(await this.#send(call))
  }

  /** Succeeds as well where there is nothing to delete. */
  async remove(names: readonly string[], call: SdkCall): Promise<void> {
    if (!isAddressable(names)) return
    this.#answers.demandRemoved(await this.#send(call))
  }

  /** One page of a list. `next` is the service's own link, once it is known to lead to the same host. */
  async page<T>(
    names: readonly string[],
    list: (client: AzureMediaServices, options: SdkOptions) => SdkList,
    cursor: string | undefined,
    read: (item: JsonObject) => T,
  ): Promise<Page<T>> {
    this.#demandAddressable(names)
    const settings = cursor === undefined ? {} : { continuationToken: cursor }
    const answer = await this.#send((client, options) => list(client, options).byPage(settings).next())
    const body = this.#answers.body(answer)
    const items = listIn(body, 'value').map(read)
    const link = optionalText(body, '@odata.nextLink')
    return link ? { items, next: this.#next(link, answer, cursor) } : { items }
  }

  async all<T>(
    names: readonly string[],
    list: (client: AzureMediaServices, options: SdkOptions) => SdkList,
    read: (item: JsonObject) => T,
  ): Promise<readonly T[]> {
    const items: T[] = []
    let cursor: string | undefined
    do {
      const page = await this.page(names, list, cursor, read)
      items.push(...page.items)
      cursor = page.next
    } while (cursor !== undefined)
    return items
  }

  /** Any 2xx is a success. @param path segments below the account, e.g. `assets` and a name. */
  async put(path: readonly string[], body: Body): Promise<void> {
    this.#answers.demandSuccess(await this.#put(path, body), body.secrets)
  }

  /** As put, with what the service made of it. */
  async putAndRead(path: readonly string[], body: Body): Promise<JsonObject> {
    return this.#answers.body(await this.#put(path, body), body.secrets)
  }

  async #put(path: readonly string[], body: Body): Promise<PipelineResponse> {
    this.#demandAddressable(path)
    const client = await this.#client()
    const { subscriptionId, resourceGroup, accountName } = this.#account
    const account = ['subscriptions', subscriptionId, 'resourceGroups', resourceGroup, 'providers', 'Microsoft.Media']
    const segments = [...account, 'mediaServices', accountName, ...path].map(encodeURIComponent).join('/')
    const base = this.#account.endpoint.replace(/\/+$/, '')
    return client.sendRequest(
      createPipelineRequest({
        method: 'PUT',
        url: `${base}/${segments}?api-version=${apiVersion}`,
        headers: createHttpHeaders({ accept: 'application/json', 'content-type': 'application/json; charset=utf-8' }),
        body: JSON.stringify({ properties: body.properties }),
        abortSignal: this.#deadline(),
        allowInsecureConnection: this.#account.endpoint.startsWith('http:'),
      }),
    )
  }

  #deadline() {
    return AbortSignal.timeout(totalTimeout(this.#options))
  }

  async #send(call: SdkCall): Promise<PipelineResponse> {
    let answer: PipelineResponse | undefined
    await call(await this.#client(), {
      abortSignal: this.#deadline(),
      requestOptions: { shouldDeserialize: false },
      onResponse: raw => {
        answer = raw
      },
    })
    if (!answer) throw new ServiceError('unavailable', `${this.#account.key}: the client gave no answer`)
    return answer
  }

  #next(link: string, answer: PipelineResponse, cursor: string | undefined): string {
    const next = URL.canParse(link, answer.request.url) ? new URL(link, answer.request.url) : undefined
    if (next?.origin !== new URL(this.#account.endpoint).origin) {
      throw new ServiceError('refused', `${this.#answers.what(answer)}: the next page is said to be on another host`)
    }
    if (next.href !== cursor) return next.href
    throw new ServiceError('refused', `${this.#answers.what(answer)}: the next page is this page`)
  }

  #demandAddressable(names: readonly string[]) {
    if (isAddressable(names)) return
    throw new ServiceError('notFound', `${this.#account.key}: there can be no object of an empty name, "." or ".."`)
  }
}
