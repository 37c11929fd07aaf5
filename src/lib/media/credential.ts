import type { TokenCredential } from '@azure/core-auth'
import type { Account } from '../model.ts'
import { once } from '../once.ts'
import type { Secret } from '../secret.ts'

/** The identity library is a quarter of the app's code: it is loaded when the first token is asked for. */
const loadedLater = (load: () => Promise<TokenCredential>): TokenCredential => {
  const credential = once(load)
  return { getToken: async (scopes, options) => (await credential()).getToken(scopes, options) }
}

/**
 * In Azure the app's managed identity (the library reads AZURE_CLIENT_ID for a user-assigned one), on a developer's
 * machine whoever is signed in to the Azure CLI. With AZURE_TOKEN_CREDENTIALS=ManagedIdentityCredential nothing else is
 * tried.
 */
export const defaultIdentity = (): TokenCredential =>
  loadedLater(async () => new (await import('@azure/identity')).DefaultAzureCredential())

/** A user-assigned managed identity. */
export const managedIdentity = (clientId: string): TokenCredential =>
  loadedLater(async () => new (await import('@azure/identity')).ManagedIdentityCredential({ clientId }))

/** One for all accounts, so that tokens are cached once. */
const identity = defaultIdentity()

/**
 * @param read gives the value of an application setting; asked whenever a token is needed, so that the value is held
 *   in one place only.
 */
const settingCredential = (setting: string, read: (setting: string) => Secret<string>): TokenCredential => ({
  async getToken() {
    // The SDK's cache must not call back early; a token that has run out is answered with 401 and needs a new setting.
    return { token: read(setting).reveal(), expiresOnTimestamp: Number.MAX_SAFE_INTEGER }
  },
})

/** How an account's resource manager is authenticated, as its topology entry says. */
export const credentialFor = (account: Account, read: (setting: string) => Secret<string>): TokenCredential =>
  account.credential.kind === 'identity' ? identity : settingCredential(account.credential.setting, read)
