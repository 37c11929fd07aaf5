/** Makes an asset what the old v2 API could make: encrypted at rest by the client (contract section 6.2). */
import { isObject, textAt } from './json.ts'
import type { State } from './state.ts'

/** Answers what is wrong, or undefined when it is done. */
export const makeStorageEncrypted = (state: State, body: unknown): string | undefined => {
  if (!isObject(body)) return '{account, asset} is expected'
  const account = state.accountByKey(textAt(body, 'account') ?? '')
  const asset = account?.assets.get(textAt(body, 'asset') ?? '')
  if (account === undefined || asset === undefined) return 'there is no such account or asset'
  account.assets.set({
    ...asset,
    properties: { ...asset.properties, storageEncryptionFormat: 'MediaStorageClientEncryption' },
    storageEncryption: { key: Buffer.alloc(32, 7).toString('base64'), assetFileEncryptionMetadata: [] },
  })
  return undefined
}
