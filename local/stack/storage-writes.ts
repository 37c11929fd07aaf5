/** What clients have changed in the storage of both regions, oldest first; the media service itself goes beside it. */
import type { CarriedOut } from '../simulator/storage/proxy.ts'

/** The oldest go when there are more: a stack may run for days. */
const most = 20_000

export class StorageWrites {
  #requests: CarriedOut[] = []

  add(request: CarriedOut): void {
    if (request.method !== 'PUT' && request.method !== 'DELETE') return
    this.#requests.push(request)
    if (this.#requests.length > most) this.#requests.splice(0, most >> 2)
  }

  get all(): readonly CarriedOut[] {
    return this.#requests
  }

  reset(): void {
    this.#requests = []
  }
}
