/** Environment of a program that is to find no Azure identity: of all ways only the CLI is tried, which has no login. */
export const noIdentity = { AZURE_TOKEN_CREDENTIALS: 'AzureCliCredential', AZURE_CONFIG_DIR: '/nowhere' } as const
