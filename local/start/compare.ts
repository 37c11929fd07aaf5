/**
 * Reads both accounts whole and says what is the same. This is what `in sync and verified` means at the end of the
 * demo: it asks the accounts and the storage themselves and takes nothing from the app.
 */
import type { ArmClient, Resource } from '../stack/arm.ts'
import { readContainer } from '../stack/container.ts'
import { keysOf, same } from './sameness.ts'

export interface AssetResult {
  readonly name: string
  readonly same: boolean
  readonly blobs: number
  readonly bytes: number
}

export interface LocatorResult {
  readonly name: string
  readonly sameId: boolean
  readonly sameKeyIds: boolean
  readonly sameKeyValues: boolean
  readonly samePaths: boolean
  /** Policy, times, filters and alternative media id. */
  readonly sameProperties: boolean
}

export interface NamedResult {
  readonly name: string
  readonly same: boolean
}

export interface Comparison {
  readonly assets: readonly AssetResult[]
  readonly locators: readonly LocatorResult[]
  readonly accountFilters: readonly NamedResult[]
  readonly contentKeyPolicies: readonly NamedResult[]
  readonly streamingPolicies: readonly NamedResult[]
  /** One sentence each; names and places, never values. */
  readonly differences: readonly string[]
}

const sasOf = async (arm: ArmClient, asset: string): Promise<string> => {
  const expiryTime = new Date(Date.now() + 60 * 60_000).toISOString()
  const { assetContainerSasUrls } = await arm.post(`assets/${asset}`, 'listContainerSas', {
    permissions: 'Read',
    expiryTime,
  })
  const [first] = Array.isArray(assetContainerSasUrls) ? assetContainerSasUrls : []
  if (typeof first !== 'string') throw new Error(`The account gave no SAS for the container of ${asset}.`)
  return first
}

const asset = async (
  a: ArmClient,
  b: ArmClient,
  source: Resource,
  note: (text: string) => void,
): Promise<AssetResult> => {
  const { name } = source
  const files = await readContainer(await sasOf(a, name))
  const sizes = { blobs: files.length, bytes: files.reduce((sum, { size }) => sum + size, 0) }
  const target = await b.get(`assets/${name}`)
  if (target === undefined) {
    note(`asset ${name} is missing`)
    return { name, same: false, ...sizes }
  }
  const twins = new Map((await readContainer(await sasOf(b, name))).map(blob => [blob.name, blob]))
  const differing = files.filter(file => JSON.stringify(twins.get(file.name)) !== JSON.stringify(file))
  for (const { name: blob } of differing)
    note(`asset ${name}: blob ${blob} ${twins.has(blob) ? 'differs' : 'is missing'}`)
  const described = (['description', 'alternateId'] as const).every(property =>
    same(source.properties[property], target.properties[property]),
  )
  if (!described) note(`asset ${name}: description or alternate id differ`)
  const filters = await named(a, b, `assets/${name}/assetFilters`, note)
  return { name, same: differing.length === 0 && described && filters.every(filter => filter.same), ...sizes }
}

const locator = async (
  a: ArmClient,
  b: ArmClient,
  { name }: Resource,
  note: (text: string) => void,
): Promise<LocatorResult> => {
  const path = `streamingLocators/${name}`
  const [source, target] = await Promise.all([a.get(path), b.get(path)])
  if (source === undefined || target === undefined) {
    note(`locator ${name} is missing`)
    return { name, sameId: false, sameKeyIds: false, sameKeyValues: false, samePaths: false, sameProperties: false }
  }
  const [keysA, keysB] = (await Promise.all([a.post(path, 'listContentKeys'), b.post(path, 'listContentKeys')])).map(
    keysOf,
  )
  const [pathsA, pathsB] = await Promise.all([a.post(path, 'listPaths'), b.post(path, 'listPaths')])
  const only = (keys: typeof keysA, part: 'id' | 'value') =>
    JSON.stringify(keys?.map(key => [key.id, key.label, key[part]]))
  const { streamingLocatorId: idA, contentKeys: _a, ...propertiesA } = source.properties
  const { streamingLocatorId: idB, contentKeys: _b, ...propertiesB } = target.properties
  const result = {
    name,
    sameId: idA === idB,
    sameKeyIds: only(keysA, 'id') === only(keysB, 'id'),
    sameKeyValues: only(keysA, 'value') === only(keysB, 'value'),
    samePaths: same(pathsA, pathsB),
    sameProperties: same(propertiesA, propertiesB),
  }
  for (const [what, equal] of Object.entries(result)) if (equal === false) note(`locator ${name}: not ${what}`)
  return result
}

/** Every account has the predefined policies from the start. */
const isMade = ({ name }: Resource) => !name.startsWith('Predefined_')

/** Resources that are compared by their properties as a list gives them. */
const named = async (
  a: ArmClient,
  b: ArmClient,
  path: string,
  note: (text: string) => void,
): Promise<NamedResult[]> => {
  const [sources, targets] = await Promise.all([a.list(path), b.list(path)])
  return sources.filter(isMade).map(({ name, properties }) => {
    const target = targets.find(other => other.name === name)
    const equal = target !== undefined && same(properties, target.properties)
    if (!equal) note(`${path}/${name} ${target === undefined ? 'is missing' : 'differs'}`)
    return { name, same: equal }
  })
}

/** With their secrets: a policy that lost one would still look the same in a list. */
const keyPolicies = async (a: ArmClient, b: ArmClient, note: (text: string) => void): Promise<NamedResult[]> => {
  const results: NamedResult[] = []
  for (const { name } of await a.list('contentKeyPolicies')) {
    const path = `contentKeyPolicies/${name}`
    const there = (await b.get(path)) !== undefined
    const [source, target] = there
      ? await Promise.all([a, b].map(arm => arm.post(path, 'getPolicyPropertiesWithSecrets')))
      : []
    const equal = source !== undefined && same(source, target)
    if (!equal) note(`${path} ${there ? 'differs' : 'is missing'}`)
    results.push({ name, same: equal })
  }
  return results
}

const each = async <T>(sources: readonly Resource[], look: (source: Resource) => Promise<T>): Promise<readonly T[]> => {
  const results: T[] = []
  for (const source of sources) results.push(await look(source))
  return results
}

/** @param a the account that was published to. @param b the one that is to be its twin. */
export const compareAccounts = async (a: ArmClient, b: ArmClient): Promise<Comparison> => {
  const differences: string[] = []
  const note = (text: string) => differences.push(`${text} in B`)
  return {
    assets: await each(await a.list('assets'), source => asset(a, b, source, note)),
    locators: await each(await a.list('streamingLocators'), source => locator(a, b, source, note)),
    accountFilters: await named(a, b, 'accountFilters', note),
    contentKeyPolicies: await keyPolicies(a, b, note),
    streamingPolicies: await named(a, b, 'streamingPolicies', note),
    differences,
  }
}
