/** Reads the body of `PUT /_sim/tokens`. */
import { parseInstant } from './instants.ts'
import { isRecord } from './json.ts'
import { type Grant, type Role, roles, type TokenRule } from './tokens.ts'

const isGrant = (value: unknown): value is Grant =>
  roles.includes(value as Role) || (Array.isArray(value) && value.every(action => typeof action === 'string'))

export const readTokenRule = (
  body: unknown,
): { readonly token: string; readonly rule: TokenRule } | { readonly problems: string[] } => {
  if (!isRecord(body)) return { problems: ['a JSON object is expected'] }
  const { token, principal = 'client@simulator.invalid', grants = {}, expired = false, expires, ...unknown } = body
  const problems = Object.keys(unknown).map(
    name => `${name} is not known; allowed are token, principal, grants, expired, expires`,
  )
  if (typeof token !== 'string' || token === '' || /\s/.test(token)) problems.push('token must be text without spaces')
  if (typeof principal !== 'string' || principal === '') problems.push('principal must be text')
  if (!isRecord(grants) || !Object.values(grants).every(isGrant))
    problems.push(`grants must be an object of ${roles.join(', ')} or arrays of actions, by account key`)
  if (typeof expired !== 'boolean') problems.push('expired must be true or false')
  const isInstant = typeof expires === 'string' && parseInstant(expires) !== undefined
  if (expires !== undefined && !isInstant) problems.push('expires must be an instant such as "2030-01-01T00:00:00Z"')
  if (problems.length > 0) return { problems }
  return {
    token: token as string,
    rule: {
      principal: principal as string,
      grants: grants as TokenRule['grants'],
      expired: expired as boolean,
      ...(isInstant ? { expires } : {}),
    },
  }
}
