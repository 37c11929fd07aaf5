/** Sends the exchanges of one recorded test to a fresh simulator, in order, and compares the answers. */
import { join } from 'node:path'
import { type MovableClock, manualClock } from '../simulator/clock.ts'
import { type Json, parseJson } from '../simulator/json.ts'
import { memoryBlobStore } from '../simulator/memory-blob-store.ts'
import { type Simulator, startSimulator } from '../simulator/simulator.ts'
import { accountsBefore, type MakeAccount } from './accounts.ts'
import { type Difference, differences } from './difference.ts'
import { Ids } from './ids.ts'
import { normaliseBody, normaliseHeaders } from './normalise.ts'
import type { Exchange } from './recording.ts'

export interface Played {
  readonly exchange: Exchange
  /** `2021-02-19`: when its test was recorded. */
  readonly day: string
  readonly found: readonly Difference[]
}

/** Milliseconds on the simulator's clock. */
const between = 100
const step = 1000
const operationMilliseconds = 4 * step
const jobMilliseconds = 12 * step
/** After these steps whatever was under way has ended. */
const steps = 16

/** The simulator wants one account at least; all others are made by requests. */
const empty = {
  accounts: { nobody: { subscriptionId: 'none', resourceGroup: 'none', accountName: 'none', location: 'Nowhere' } },
}

/** What time changes. */
const ofTime = /^status$|\.(state|resourceState|provisioningState|status)$/
const underWay =
  /"(InProgress|Starting|Stopping|Scaling|Deleting|Queued|Scheduled|Processing|Canceling|OperationInProgress)"|is in the (non-final state )?'/

/** In a test that shows no time: newer accounts show their own. */
const beforeAccountsHadTimes = '2021-01-01T00:00:00Z'

/**
 * The latest time at which the service did something in this test. What it answered depends on it, and how long a
 * container SAS may last.
 */
const startOf = (exchanges: readonly Exchange[]): Date => {
  const times = /"(?:created|lastModified|createdAt|lastModifiedAt)":"(2\d{3}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})/g
  const all = exchanges.flatMap(({ response }) =>
    [...JSON.stringify(response).matchAll(times)].map(([, time]) => `${time}Z`),
  )
  const latest = all
    .filter(time => !Number.isNaN(Date.parse(time)))
    .toSorted()
    .at(-1)
  return new Date(latest ?? beforeAccountsHadTimes)
}

interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: Json
  readonly text: string
}

/** The simulator closed the connection. */
const noAnswer: Answer = { status: 0, headers: new Headers(), body: null, text: '' }

class Player {
  readonly #simulator: Simulator
  readonly #clock: MovableClock
  readonly #kept: (header: string) => boolean
  readonly #ids = new Ids()
  #sentText = ''

  constructor(simulator: Simulator, clock: MovableClock, kept: (header: string) => boolean) {
    this.#simulator = simulator
    this.#clock = clock
    this.#kept = kept
  }

  #fetch(method: string, url: string, body: string | undefined): Promise<Response> {
    return fetch(this.#simulator.url + url, {
      method,
      headers: { authorization: 'Bearer any', 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body }),
    })
  }

  async make({ url, body }: MakeAccount): Promise<void> {
    await this.#fetch('PUT', url, JSON.stringify(body))
  }

  async #send({ method, url, request }: Exchange): Promise<Answer> {
    const body = typeof request === 'string' ? request : JSON.stringify(request)
    const hasBody = request !== null && method !== 'GET' && method !== 'HEAD'
    const path = this.#ids.translate(url.pathname + url.search)
    const answer = await this.#fetch(method, path, hasBody ? this.#ids.translate(body) : undefined).catch(
      () => undefined,
    )
    if (answer === undefined) return noAnswer
    const text = await answer.text()
    return { status: answer.status, headers: answer.headers, body: text === '' ? null : parseJson(text), text }
  }

  #compare(exchange: Exchange, answer: Answer): Difference[] {
    const shared = { ids: this.#ids, sentText: this.#sentText }
    const [theirs, ours] = [exchange.url.origin, this.#simulator.url].map(origin => ({ ...shared, origin }))
    if (theirs === undefined || ours === undefined) return []
    return [
      ...differences(exchange.status, answer.status, 'status'),
      ...differences(
        normaliseHeaders(Object.entries(exchange.headers), this.#kept, theirs),
        normaliseHeaders(answer.headers, this.#kept, ours),
        'headers',
      ),
      ...differences(normaliseBody(exchange.response, theirs), normaliseBody(answer.body, ours), 'body'),
    ]
  }

  /** Time may help, and asking again changes nothing: it reads, or was refused although the service accepted it. */
  #mayRepeat({ method, status }: Exchange, answer: Answer, found: readonly Difference[]): boolean {
    const harmless = method === 'GET' || (answer.status >= 400 && status < 400)
    return harmless && underWay.test(answer.text) && found.some(({ path }) => ofTime.test(path))
  }

  /**
   * Recorders keep one of many polls, and clients wait between two requests: while something is under way and the
   * answer is another than the recorded one, time passes and the request is sent again.
   */
  async play(exchange: Exchange): Promise<Difference[]> {
    this.#clock.advance(between)
    const sent = exchange.url.pathname + JSON.stringify(exchange.request)
    this.#ids.sent(sent)
    this.#sentText += sent
    let answer = await this.#send(exchange)
    let found = this.#compare(exchange, answer)
    for (let waited = 0; waited < steps && this.#mayRepeat(exchange, answer, found); waited += 1) {
      this.#clock.advance(step)
      answer = await this.#send(exchange)
      const again = this.#compare(exchange, answer)
      if (again.length <= found.length) found = again
    }
    this.#ids.received(exchange.response, answer.body)
    for (const [name, value] of Object.entries(exchange.headers)) this.#ids.received(value, answer.headers.get(name))
    return found
  }
}

/** @param kept says whether the recorder kept headers of a name. */
export const playTest = async (
  exchanges: readonly Exchange[],
  kept: (header: string) => boolean,
): Promise<Played[]> => {
  const start = startOf(exchanges)
  const clock = manualClock(start)
  const simulator = await startSimulator({
    topology: empty,
    blobStore: memoryBlobStore(),
    sampleDir: join(import.meta.dirname, '..', 'sample'),
    clock,
    jobMilliseconds,
    operationMilliseconds,
  })
  try {
    const player = new Player(simulator, clock, kept)
    for (const account of accountsBefore(exchanges)) await player.make(account)
    const day = start.toISOString().slice(0, 10)
    const played: Played[] = []
    for (const exchange of exchanges) played.push({ exchange, day, found: await player.play(exchange) })
    return played
  } finally {
    await simulator.close()
  }
}
