/** Which blob container an asset has, and that no other asset has it (contract section 6.2). */
import { ArmError, badRequest, conflict } from '../arm-errors.ts'
import type { Kernel } from '../kernel.ts'
import { checkContainerName } from '../resource-names.ts'
import type { Account, State } from '../state.ts'

export interface Place {
  readonly storageAccount: string
  readonly container: string
}

export const containerKey = ({ storageAccount, container }: Place) => `${storageAccount.toLowerCase()}/${container}`

/** The attached storage account of that name; the primary one when none is named. */
export const storageAccountOf = (account: Account, named: string | undefined): string => {
  const wanted = named ?? account.storageAccounts[0]
  const found = account.storageAccounts.find(name => name.toLowerCase() === wanted?.toLowerCase())
  if (found === undefined)
    throw badRequest(`The storage account '${wanted ?? ''}' is not attached to the Media Services account.`)
  return named ?? found
}

/** Both are reported by users. */
const clashes = {
  used: 'The storage container is used by another asset already. Use a different container name.',
  duplicateKey: "Cannot insert duplicate key row in object 'dbo.Assets' with unique index 'Index_BlobStorageUri'.",
} as const

/** Throws a 400 for a container name that is not valid or taken by another asset. */
export const bindContainer = ({ state, switches }: Kernel, account: Account, asset: string, place: Place): void => {
  checkContainerName(place.container)
  if (state.containers.has(containerKey(place))) throw badRequest(clashes[switches().containerClash])
  state.containers.set(containerKey(place), { account, asset })
}

export const releaseContainer = (state: State, place: Place): void => {
  state.containers.delete(containerKey(place))
}

/** A 409 when the storage account does not answer (contract section 5); ArmErrors of the work are thrown as they are. */
export const reached = async <T>(kernel: Kernel, { storageAccount }: Place, work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    if (error instanceof ArmError) throw error
    kernel.report(`${storageAccount} could not be reached: ${String(error)}`)
    throw conflict(`The storage account '${storageAccount}' could not be reached.`)
  }
}

export const ensureContainer = (kernel: Kernel, place: Place): Promise<void> =>
  reached(kernel, place, () => kernel.blobStore.ensureContainer(place.storageAccount, place.container))

/** Names of the blobs in ascending order; none where there is no container. */
export const blobNames = (kernel: Kernel, place: Place): Promise<string[]> =>
  reached(kernel, place, () => kernel.blobStore.listBlobNames(place.storageAccount, place.container))
