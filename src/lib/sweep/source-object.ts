import type { MediaReader } from '../media/ports.ts'
import type { Named, Unit } from '../model.ts'

/** What a unit is made of in an account, found in any case of its name; undefined where it is gone. */
export const sourceObject = (
  reader: MediaReader,
  { kind, name }: Pick<Unit, 'kind' | 'name'>,
): Promise<Named | undefined> => {
  switch (kind) {
    case 'asset':
      return reader.asset(name)
    case 'contentKeyPolicy':
      return reader.contentKeyPolicy(name)
    case 'streamingPolicy':
      return reader.streamingPolicy(name)
    case 'accountFilter':
      return reader.accountFilter(name)
    case 'streamingLocator':
      return reader.locator(name)
  }
}
