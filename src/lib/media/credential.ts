import type { TokenCredential } from '@azure/core-auth'
import { DefaultAzureCredential } from '@azure/identity'
import type { Account } from '../model.ts'
import type { Secret } from '../secret.ts'

let identity: TokenCredential | undefined

/**
 * The identity of the app: in Azure its managed identity (the library reads AZURE_CLIENT_ID for a user-assigned one),
 * on a developer's machine whoever is signed in to the Azure CLI. One for the whole app, so that tokens are cached once.
 * With AZURE_TOKEN_CREDENTIALS=ManagedIdentityCredential nothing else is tried.
 */
const appIdentity = (): TokenCredential => {
  identity ??= new DefaultAzureCredential()
  return identity
}

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
  account.credential.kind === 'identity' ? appIdentity() : settingCredential(account.credential.setting, read)
