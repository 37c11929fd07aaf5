import { expect, test } from 'vitest'
import { credentialFor } from '../../../src/lib/media/credential.ts'
import type { Account } from '../../../src/lib/model.ts'
import { Secret } from '../../../src/lib/secret.ts'

const account = (credential: Account['credential']): Account => ({
  key: 'east',
  provider: 'arm',
  subscriptionId: 's',
  resourceGroup: 'r',
  accountName: 'a',
  location: 'eastus2',
  endpoint: 'https://management.azure.com',
  storageEndpoints: {},
  credential,
  storageAccess: 'credential',
  notFoundCodes: ['NotFound'],
})

const none = () => {
  throw new Error('no setting may be read')
}

test('a setting holds the token', async () => {
  const credential = credentialFor(account({ kind: 'setting', setting: 'EAST_TOKEN' }), setting => {
    expect(setting).toBe('EAST_TOKEN')
    return new Secret('value')
  })
  const token = await credential.getToken('any')
  expect(token?.token).toBe('value')
  expect(token?.expiresOnTimestamp).toBeGreaterThan(Date.now())
})

test('P6: the credential of a setting shows no token', () => {
  const credential = credentialFor(account({ kind: 'setting', setting: 'EAST_TOKEN' }), () => new Secret('value'))
  expect(JSON.stringify(credential)).not.toContain('value')
})

test('the identity of the app is one for all accounts and reads no setting', () => {
  const credential = credentialFor(account({ kind: 'identity' }), none)
  expect(credentialFor(account({ kind: 'identity' }), none)).toBe(credential)
})
