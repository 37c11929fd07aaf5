/**
 * What events of Resource Manager say of whoever asked: made up here, but under the published names, because consumers must
 * not keep them (events.md section 3.1). Pure.
 */
import { createHash } from 'node:crypto'
import { millisecondsOf } from './clock.ts'
import type { JsonObject } from './json.ts'

const soap = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims'
const identity = 'http://schemas.microsoft.com/identity/claims'
const tenantId = '00000000-0000-0000-0000-00000000c0de'

/** The same id for the same words, in the form of a GUID. */
const idOf = (...words: readonly string[]): string => {
  const digits = createHash('sha256').update(words.join('/')).digest('hex')
  return [8, 12, 16, 20, 32].map((end, index, ends) => digits.slice(ends[index - 1] ?? 0, end)).join('-')
}

/** A principal with a domain is a person, any other an application. */
const isPerson = (principal: string): boolean => principal.includes('@')

const tokenClaims = (principal: string, now: bigint): JsonObject => {
  const seconds = Math.floor(millisecondsOf(now) / 1000)
  return {
    aud: 'https://management.core.windows.net/',
    iss: `https://sts.windows.net/${tenantId}/`,
    iat: String(seconds),
    nbf: String(seconds),
    exp: String(seconds + 3600),
    aio: idOf('aio', principal),
    appid: idOf('app', principal),
    appidacr: '2',
    [`${identity}/objectidentifier`]: idOf('object', principal),
    [`${soap}/nameidentifier`]: idOf('name', principal),
    [`${identity}/tenantid`]: tenantId,
    uti: idOf('uti', principal),
    ver: '1.0',
  }
}

const personClaims = (principal: string, address: string): JsonObject => {
  const [name = ''] = principal.split('@')
  return {
    _claim_names: '{"groups":"src1"}',
    _claim_sources: `{"src1":{"endpoint":"https://graph.windows.net/${tenantId}/users/${idOf('object', principal)}"}}`,
    'http://schemas.microsoft.com/claims/authnclassreference': '1',
    'http://schemas.microsoft.com/claims/authnmethodsreferences': 'rsa,mfa',
    'http://schemas.microsoft.com/2012/01/devicecontext/claims/identifier': idOf('device', principal),
    e_exp: '262800',
    [`${soap}/surname`]: 'Simulator',
    [`${soap}/givenname`]: name,
    ipaddr: address,
    name: `${name} Simulator`,
    onprem_sid: `S-1-5-21-${idOf('sid', principal)}`,
    puid: idOf('puid', principal),
    [`${identity}/scope`]: 'user_impersonation',
    [`${soap}/name`]: principal,
    [`${soap}/upn`]: principal,
  }
}

/** @param address of the client, as it saw itself. */
export const claimsOf = (principal: string, address: string, now: bigint): JsonObject => ({
  ...tokenClaims(principal, now),
  ...(isPerson(principal)
    ? personClaims(principal, address)
    : { [`${identity}/identityprovider`]: `https://sts.windows.net/${tenantId}/` }),
})

/** Why it was allowed. */
export const evidenceOf = (principal: string, subscriptionId: string): JsonObject =>
  isPerson(principal)
    ? { role: 'Subscription Admin' }
    : {
        role: 'Contributor',
        roleAssignmentScope: `/subscriptions/${subscriptionId}`,
        roleAssignmentId: idOf('assignment', principal),
        roleDefinitionId: idOf('definition', 'Contributor'),
        principalId: idOf('object', principal),
        principalType: 'ServicePrincipal',
      }
