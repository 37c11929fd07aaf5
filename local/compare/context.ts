import type { ArmClient, Resource } from '../stack/arm.ts'

export interface UrlRule {
  readonly from: string
  readonly to: string
}

export interface CompareOptions {
  /** How both accounts are called in messages. @default A and B */
  readonly labels?: readonly [a: string, b: string]
  /** Only what has a name that begins so, without regard to case. */
  readonly prefix?: string
  /** Takes the MD5 that storage keeps for the bytes, where there is one. */
  readonly trustMd5?: boolean
  /** Hosts of licence and key URLs that are meant to differ. */
  readonly rewriteUrls?: readonly UrlRule[]
  /** The time of the accounts, milliseconds since 1970. @default the time of this machine */
  readonly now?: () => number
  /** Told after every resource. */
  readonly onProgress?: (progress: Progress) => void
}

export interface Progress {
  readonly kind: string
  readonly done: number
  readonly total: number
  /** Bytes of files compared so far. */
  readonly bytes: number
  readonly differences: number
}

/** What the comparisons of the kinds share: both accounts, and where they write down what they find. */
export class Context {
  readonly a: ArmClient
  readonly b: ArmClient
  readonly options: CompareOptions
  readonly differences: string[] = []
  readonly extras: string[] = []
  bytes = 0

  /** @param a the account that was published to. @param b the one that is to be its twin. */
  constructor(a: ArmClient, b: ArmClient, options: CompareOptions) {
    this.a = a
    this.b = b
    this.options = options
  }

  get labels(): readonly [string, string] {
    return this.options.labels ?? ['A', 'B']
  }

  /** @param what names and places, never values. */
  note(what: string): void {
    this.differences.push(what)
  }

  missing(what: string): void {
    this.note(`${what} is missing in ${this.labels[1]}`)
  }

  /** @param members paths of what differs. @returns whether there was nothing. */
  same(what: string, members: readonly string[]): boolean {
    if (members.length > 0) this.note(`${what}: ${members.join(', ')}: not as in ${this.labels[0]}`)
    return members.length === 0
  }

  /** Resources of a list in both accounts that are to be compared, and notes what only B has. */
  async pairs(path: string, kind: string): Promise<readonly { readonly source: Resource; readonly twin?: Resource }[]> {
    const [here, there] = (await Promise.all([this.a.list(path), this.b.list(path)])).map(list =>
      list.filter(({ name }) => this.#isMeant(name, path)),
    )
    const twins = new Map(there?.map(resource => [resource.name.toLowerCase(), resource]))
    const pairs = (here ?? []).map(source => {
      const twin = twins.get(source.name.toLowerCase())
      twins.delete(source.name.toLowerCase())
      return { source, ...(twin === undefined ? {} : { twin }) }
    })
    for (const { name } of twins.values()) this.extras.push(`${kind} ${name} is only in ${this.labels[1]}`)
    return pairs
  }

  /** Every account has the predefined policies from the start, and the filters of an asset follow the asset's name. */
  #isMeant(name: string, path: string): boolean {
    if (/^predefined_/i.test(name)) return false
    const prefix = this.options.prefix?.toLowerCase() ?? ''
    return path.includes('/') || name.toLowerCase().startsWith(prefix)
  }

  /** Looks at one after another and tells how far it is. */
  async each<P, T>(kind: string, items: readonly P[], look: (item: P) => Promise<T>): Promise<T[]> {
    const results: T[] = []
    for (const item of items) {
      results.push(await look(item))
      const { bytes, differences } = this
      const progress = { kind, done: results.length, total: items.length, bytes, differences: differences.length }
      this.options.onProgress?.(progress)
    }
    return results
  }
}
