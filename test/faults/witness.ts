/** Looks at both regions from beside everything that fails: what the simulated accounts hold, and storage itself. */
import type { Account, Asset } from '../../local/simulator/state.ts'
import type { RegionKey } from '../../local/stack/regions.ts'
import type { Files } from './editions.ts'
import type { Scene } from './scene.ts'

export const look = ({ stack }: Scene, region: RegionKey): Account => stack.simulator.holds(region)

const writing = /^(Put|Copy|Delete|Create|Set)|_(Create|Update|Delete)/

/** Grows with every request that may have changed something in a region. */
export const changes = ({ stack }: Scene, region: RegionKey): number => {
  const { accounts, storage } = stack.simulator.counters()
  const operations = [...Object.entries(accounts[region] ?? {}), ...Object.entries(storage[region] ?? {})]
  return operations.reduce((sum, [name, { count }]) => sum + (writing.test(name) ? count : 0), 0)
}

/** Files of an asset by one listing, which storage makes of one moment. Undefined where there is no container. */
export const filesOf = async ({ blobs }: Scene, region: RegionKey, asset: Asset): Promise<Files | undefined> => {
  const files = new Map<string, string>()
  try {
    for await (const { name, properties } of blobs[region]
      .getContainerClient(String(asset.properties.container))
      .listBlobsFlat())
      files.set(name, Buffer.from(properties.contentMD5 ?? []).toString('base64'))
  } catch {
    return undefined
  }
  return files
}
