/** Operators at the app's doors, its timers, and who only pretends to have something to tell. */
import { deliver, jobFinished, route } from '../e2e/support.ts'
import type { OperatorStep } from './history.ts'
import type { Scene } from './scene.ts'

const json = { 'content-type': 'application/json' }
const resources = ['film', 'news', 'clip']

export class Operator {
  /** `streamingLocators/l1`, lower case: withdrawn by hand, at any time. */
  readonly everWithdrawn = new Set<string>()
  /** Names that are withdrawn by hand now. */
  readonly withdrawn = new Set<string>()
  readonly #scene: Scene
  /** What the app answered. */
  readonly #answers: string[] = []

  constructor(scene: Scene) {
    this.#scene = scene
  }

  get answers(): string {
    return this.#answers.join('\n')
  }

  /** @returns whether the app could be asked: it may be dead. */
  async take(step: OperatorStep): Promise<boolean> {
    const asked = this.#take(step)
    return asked.then(
      () => true,
      // Between two lives of the app there is nobody to talk to.
      () => false,
    )
  }

  async ask(path: string, init: RequestInit): Promise<number> {
    const response = await this.#scene.stack.api.fetch(path, init)
    this.#answers.push(await response.text())
    return response.status
  }

  async #take(step: OperatorStep): Promise<void> {
    switch (step.do) {
      case 'resync': {
        const scope = step.all ? { all: true } : { assets: resources }
        await this.ask('/api/resync', {
          method: 'POST',
          headers: json,
          body: JSON.stringify({ route, ...scope, dryRun: step.dryRun }),
        })
        return
      }
      case 'withdraw': {
        // Noted first: the answer may be lost, and what was asked for may be done all the same.
        this.everWithdrawn.add(`streaminglocators/${step.locator}`)
        this.withdrawn.add(step.locator)
        await this.ask('/api/withdraw', {
          method: 'POST',
          headers: json,
          body: JSON.stringify({ route, locators: [step.locator] }),
        })
        return
      }
      case 'lift': {
        const query = new URLSearchParams({ route, locator: step.locator })
        if ((await this.ask(`/api/withdraw?${query}`, { method: 'DELETE' })) === 200)
          this.withdrawn.delete(step.locator)
        return
      }
      case 'sweep':
        return this.#scene.stack.api.fire(step.timer)
      case 'forge':
        await (await this.#forge(step)).arrayBuffer()
    }
  }

  /** Through the webhook itself, as whoever has got hold of its key. */
  #forge({ forgery, locator }: Extract<OperatorStep, { do: 'forge' }>): Promise<Response> {
    const { stack } = this.#scene
    const job = (change: object) => deliver(stack, JSON.stringify([{ ...jobFinished(stack, 'ghost'), ...change }]))
    const deleted = (topic: string) => ({
      id: 'forged',
      topic,
      subject: `streamingLocators/${locator}`,
      eventType: 'Twinstream.LocatorDeleted',
      eventTime: '2030-01-01T00:00:00Z',
      metadataVersion: '1',
      dataVersion: '1.0',
      data: { locatorName: locator },
    })
    switch (forgery) {
      case 'unknownAsset':
        return job({})
      case 'otherAccount':
        return job({ topic: `${stack.accounts.east.accountId}other` })
      case 'otherTopic':
        return deliver(stack, JSON.stringify([deleted(`${stack.topic.id}-other`)]), 'locatorCreated')
      case 'livingLocatorDeleted':
        return deliver(stack, JSON.stringify([deleted(stack.topic.id)]), 'locatorCreated')
      case 'notJson':
        return deliver(stack, '[{"id":')
      case 'noEvent':
        return deliver(stack, JSON.stringify([{ data: { outputs: 'all' } }, {}]))
    }
  }
}
