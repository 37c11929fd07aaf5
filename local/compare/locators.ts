import type { JsonObject, Resource } from '../stack/arm.ts'
import type { Context } from './context.ts'
import { differing } from './sameness.ts'

export interface LocatorResult {
  readonly name: string
  readonly sameId: boolean
  readonly sameKeyIds: boolean
  readonly sameKeyValues: boolean
  readonly samePaths: boolean
  /** Policy, times, filters and alternative media id. */
  readonly sameProperties: boolean
}

const nothingSame = (name: string): LocatorResult => ({
  name,
  sameId: false,
  sameKeyIds: false,
  sameKeyValues: false,
  samePaths: false,
  sameProperties: false,
})

/** Without the keys, which listContentKeys tells in full. */
const propertiesOf = ({ properties: { contentKeys: _, ...properties } }: Resource): JsonObject => properties

const lacksValue = ({ contentKeys }: JsonObject): boolean =>
  Array.isArray(contentKeys) &&
  contentKeys.some(key => typeof key === 'object' && key !== null && !('value' in key && key.value))

const compareLocator = async (context: Context, { name }: Resource): Promise<LocatorResult> => {
  const path = `streamingLocators/${name}`
  const { a, b } = context
  const [source, target] = await Promise.all([a.get(path), b.get(path)])
  if (source === undefined || target === undefined) {
    context.note(`locator ${name} went away during the comparison`)
    return nothingSame(name)
  }
  const read = (action: string) => Promise.all([a.post(path, action), b.post(path, action)])
  const [[keysA, keysB], [pathsA, pathsB]] = [await read('listContentKeys'), await read('listPaths')]
  const properties = differing(propertiesOf(source), propertiesOf(target))
  const keys = differing(keysA, keysB)
  const paths = differing(pathsA, pathsB)
  if (lacksValue(keysA)) keys.push('contentKeys: values that may not be read')
  context.same(`locator ${name}`, [...properties, ...keys, ...paths])
  return {
    name,
    sameId: !properties.includes('streamingLocatorId'),
    sameKeyIds: keys.every(member => member.endsWith('.value')),
    sameKeyValues: keys.length === 0,
    samePaths: paths.length === 0,
    sameProperties: properties.length === 0,
  }
}

/** One that has expired plays nowhere, so that B need not have it. */
const isOver = ({ properties: { endTime } }: Resource): boolean =>
  typeof endTime === 'string' && Date.parse(endTime) <= Date.now()

/** Locators with ids, times, filters, keys with values, and the paths that players use. */
export const compareLocators = async (context: Context): Promise<readonly LocatorResult[]> => {
  const pairs = (await context.pairs('streamingLocators', 'locator')).filter(
    ({ source, twin }) => twin !== undefined || !isOver(source),
  )
  return context.each('locators', pairs, async ({ source, twin }) => {
    if (twin !== undefined) return compareLocator(context, source)
    const { name } = source
    context.missing(`locator ${name}`)
    return nothingSame(name)
  })
}
