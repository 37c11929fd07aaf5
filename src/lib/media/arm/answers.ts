import type { PipelineResponse } from '@azure/core-rest-pipeline'
import type { Account, Clock } from '../../model.ts'
import { ServiceError } from '../../service-error.ts'
import { failedAnswer } from './failure.ts'
import { operationName } from './operation-name.ts'
import { type JsonObject, objectIn, parseWire } from './wire.ts'

/** The 404s of what hangs below something that is not there (contract section 5). */
const ofParents = ['ParentResourceNotFound', 'ResourceGroupNotFound', 'SubscriptionNotFound']

const isSuccess = ({ status }: PipelineResponse) => status >= 200 && status < 300

/** What the answers of one account mean: a body, the absence of what was asked for, or an error. */
export class Answers {
  readonly #account: Account
  readonly #clock: Clock

  constructor(account: Account, clock: Clock) {
    this.#account = account
    this.#clock = clock
  }

  /** Account and operation, for messages. */
  what({ request }: PipelineResponse): string {
    return `${this.#account.key}: ${operationName(request.method, request.url)}`
  }

  /**
   * The JSON object of a success; anything else is a ServiceError.
   * @param secrets values of the request that no message may repeat.
   */
  body(answer: PipelineResponse, secrets: readonly string[] = []): JsonObject {
    this.demandSuccess(answer, secrets)
    try {
      return objectIn(parseWire(answer.bodyAsText ?? ''), 'body')
    } catch {
      // Neither the text nor the parser's message, which quotes it, may go on.
      throw new ServiceError('unavailable', `${this.what(answer)} was answered with ${answer.status} but not with JSON`)
    }
  }

  demandSuccess(answer: PipelineResponse, secrets: readonly string[] = []): void {
    if (!isSuccess(answer)) throw this.#failure(answer, secrets)
  }

  /** As body, but undefined where the service says that there is no such object. */
  bodyIfAny(answer: PipelineResponse): JsonObject | undefined {
    return this.#isAbsent(answer) ? undefined : this.body(answer)
  }

  /** AMS answers deleting nothing with 204, others with 404. */
  demandRemoved(answer: PipelineResponse): void {
    if (!isSuccess(answer) && !this.#isAbsent(answer)) throw this.#failure(answer)
  }

  /**
   * Only by the account's own code: a 404 without one, or with another, may be of a proxy that has lost its way, and
   * withdrawals rest on this (P10). Not where the 404 is about the account, its group or another parent. Metadata is not
   * known to the gateway of Azure, so that a 404 of the gateway is never about the object that was asked for (contract
   * section 5).
   */
  #isAbsent(answer: PipelineResponse): boolean {
    if (answer.status !== 404 || answer.headers.get('x-ms-failure-cause') === 'gateway') return false
    const { message, serviceCode } = this.#failure(answer)
    if (serviceCode === undefined || ofParents.includes(serviceCode)) return false
    if (this.#account.notFoundCodes.includes(serviceCode)) return true
    const why = `this account says ${this.#account.notFoundCodes.join(' or ')} of what is not there`
    throw new ServiceError('refused', `${message} (${why})`, { status: 404, serviceCode })
  }

  #failure(answer: PipelineResponse, secrets: readonly string[] = []): ServiceError {
    const header = (name: string) => answer.headers.get(name)
    const { status, bodyAsText } = answer
    return failedAnswer(this.what(answer), { status, text: bodyAsText ?? '', header }, this.#clock(), secrets)
  }
}
