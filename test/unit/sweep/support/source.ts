import type { MediaReader, Page } from '../../../../src/lib/media/ports.ts'
import type { Route } from '../../../../src/lib/model.ts'
import { ServiceError, type ServiceErrorKind } from '../../../../src/lib/service-error.ts'

interface Named {
  readonly name: string
}

/** A source account of names only, listed in small pages; every call is counted. */
export class NamedSource {
  assets: string[] = []
  contentKeyPolicies: string[] = []
  streamingPolicies: string[] = []
  accountFilters: string[] = []
  /** Of those that have any, by name. */
  properties: Readonly<Record<string, object>> = {}
  trouble: ServiceErrorKind | undefined
  calls = 0
  readonly #pageSize: number

  constructor(pageSize = 10) {
    this.#pageSize = pageSize
  }

  reader(): MediaReader {
    const page = (names: readonly string[]) => (cursor?: string) => this.#page(names, cursor)
    const one = (names: readonly string[]) => (name: string) => this.#one(names, name)
    const reader = {
      account: 'east',
      assets: (cursor?: string) => page(this.assets)(cursor),
      contentKeyPolicies: (cursor?: string) => page(this.contentKeyPolicies)(cursor),
      streamingPolicies: (cursor?: string) => page(this.streamingPolicies)(cursor),
      accountFilters: (cursor?: string) => page(this.accountFilters)(cursor),
      locators: page([]),
      asset: (name: string) => one(this.assets)(name),
      contentKeyPolicy: (name: string) => one(this.contentKeyPolicies)(name),
      streamingPolicy: (name: string) => one(this.streamingPolicies)(name),
      accountFilter: (name: string) => one(this.accountFilters)(name),
    }
    return reader as unknown as MediaReader
  }

  #answer(): void {
    this.calls += 1
    if (this.trouble !== undefined) throw new ServiceError(this.trouble, 'no', { retryAfter: 7000 })
  }

  async #page(names: readonly string[], cursor = '0'): Promise<Page<Named>> {
    this.#answer()
    const end = Number(cursor) + this.#pageSize
    const items = names.slice(Number(cursor), end).map(name => ({ name, properties: this.properties[name] }))
    return end < names.length ? { items, next: String(end) } : { items }
  }

  async #one(names: readonly string[], name: string): Promise<Named | undefined> {
    this.#answer()
    const found = names.find(other => other.toLowerCase() === name.toLowerCase())
    return found === undefined ? undefined : { name: found }
  }
}

export const route: Route = {
  key: 'east>west',
  from: 'east',
  to: 'west',
  mode: 'replicate',
  storage: {},
  include: { namePrefix: '' },
  deletes: 'locators',
  indexTags: 'leave',
  rewriteUrls: [],
}
