import {
  AccountSASPermissions,
  BlobServiceClient,
  type ContainerClient,
  ContainerSASPermissions,
  StorageSharedKeyCredential,
} from '@azure/storage-blob'
import { type Azurite, startAzurite } from '../../../../local/azurite.ts'
import { Secret } from '../../../../src/lib/secret.ts'
import { sasContainer } from '../../../../src/lib/storage/access.ts'
import type { Container } from '../../../../src/lib/storage/ports.ts'

const key = Buffer.from('a key of a storage account that exists in tests only').toString('base64')
const names = ['east', 'west'] as const

/** Two storage accounts of one Azurite, reached by the SDK for setting up and looking, and by SAS as the app does. */
export interface Accounts {
  readonly azurite: Azurite
  client(account: (typeof names)[number], container: string): ContainerClient
  /** The container by a SAS of its own. @param through the address of a proxy in front of Azurite. */
  open(client: ContainerClient, permissions: string, through?: string): Promise<Container>
  /** Address of a container with a SAS of the whole account, which may create and change containers. */
  accountSas(account: (typeof names)[number], container: string): string
  /** A new pair of containers. @param options.through the address of a proxy in front of Azurite. */
  pair(options?: { readonly through?: string }): Promise<Pair>
}

export interface Pair {
  readonly east: ContainerClient
  readonly west: ContainerClient
  readonly source: Container
  readonly target: Container
}

let count = 0

export const startAccounts = async (): Promise<Accounts> => {
  const azurite = await startAzurite({ accounts: names.map(name => ({ name, key })) })
  const services = Object.fromEntries(
    names.map(name => [
      name,
      new BlobServiceClient(`${azurite.blobUrl}/${name}`, new StorageSharedKeyCredential(name, key)),
    ]),
  )
  const client: Accounts['client'] = (account, container) => {
    const service = services[account]
    if (service === undefined) throw new Error(account)
    return service.getContainerClient(container)
  }
  const open: Accounts['open'] = async (of, permissions, through) => {
    const address = await of.generateSasUrl({
      permissions: ContainerSASPermissions.parse(permissions),
      expiresOn: new Date(Date.now() + 3_600_000),
    })
    return sasContainer(new Secret(through === undefined ? address : address.replace(azurite.blobUrl, through)))
  }
  return {
    azurite,
    client,
    open,
    accountSas(account, container) {
      const address = services[account]?.generateAccountSasUrl(
        new Date(Date.now() + 3_600_000),
        AccountSASPermissions.parse('rwdlac'),
        'sco',
      )
      return address?.replace(/\/?\?/, `/${container}?`) ?? ''
    },
    async pair({ through } = {}) {
      const name = `asset-${++count}`
      const [east, west] = [client('east', name), client('west', name)]
      await Promise.all([east.create(), west.create()])
      return { east, west, source: await open(east, 'rl', through), target: await open(west, 'rwdl', through) }
    },
  }
}

/** Effects that do not wait. */
export const hurried = { wait: async () => {}, random: () => 0.5 }
