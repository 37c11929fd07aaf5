/** Who a bearer token stands for and what it may do. Any token that was not spoken of is an Owner everywhere. */
import { createHash } from 'node:crypto'
import { unauthorized } from './arm-errors.ts'
import { parseInstant } from './instants.ts'

export const roles = ['Owner', 'Contributor', 'Reader', 'None'] as const
export type Role = (typeof roles)[number]
/** A built-in role, or the actions of a custom one such as `streamingLocators/*`, below `Microsoft.Media/mediaservices/`. */
export type Grant = Role | readonly string[]

export interface TokenRule {
  /** Shown in systemData and errors; rate limits are counted for it. */
  readonly principal: string
  /** By account key, `*` for all others. An account that is not named gets no role. */
  readonly grants: Readonly<Record<string, Grant>>
  readonly expired: boolean
  /** An instant by the clock of the simulator. */
  readonly expires?: string
}

const everyone: TokenRule = { principal: 'owner@simulator.invalid', grants: { '*': 'Owner' }, expired: false }

const digest = (token: string) => createHash('sha256').update(token).digest('hex')

const matches = (pattern: string, action: string) => {
  const escaped = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')
  return new RegExp(`^${escaped}$`, 'i').test(action)
}

/**
 * Reader gets GETs and lists only, not the POST actions that show secrets (contract section 5).
 * @param action such as `streamingLocators/listContentKeys/action`.
 */
export const allows = (grant: Grant, action: string): boolean => {
  if (grant === 'Owner' || grant === 'Contributor') return true
  if (grant === 'Reader') return /(^|\/)read$/.test(action)
  if (grant === 'None') return false
  return grant.some(pattern => matches(pattern, action))
}

export const grantFor = (rule: TokenRule, account: string): Grant => rule.grants[account] ?? rule.grants['*'] ?? 'None'

const isEntry = (saved: unknown): saved is [string, TokenRule] => {
  if (!Array.isArray(saved) || typeof saved[0] !== 'string') return false
  const { principal, grants } = (saved[1] ?? {}) as Partial<Record<keyof TokenRule, unknown>>
  return typeof principal === 'string' && typeof grants === 'object' && grants !== null
}

/** Tokens are kept as digests only. */
export class Tokens {
  readonly #rules = new Map<string, TokenRule>()

  set(token: string, rule: TokenRule): void {
    this.#rules.set(digest(token), rule)
  }

  clear(): void {
    this.#rules.clear()
  }

  /** By digest of the token. */
  save(): readonly (readonly [string, TokenRule])[] {
    return [...this.#rules]
  }

  /** Checks what `save` gave and answers what restores it; throws for anything else. */
  restoring(saved: unknown): () => void {
    if (!Array.isArray(saved) || !saved.every(isEntry)) throw new SyntaxError('tokens are incomplete')
    const rules = new Map(saved)
    return () => {
      this.#rules.clear()
      for (const [key, rule] of rules) this.#rules.set(key, rule)
    }
  }

  list(): TokenRule[] {
    return [...this.#rules.values()]
  }

  /**
   * Throws the 401 that Resource Manager would answer.
   *
   * @param now ticks.
   */
  identify(authorization: string | undefined, now: bigint): TokenRule {
    if (authorization === undefined || authorization === '')
      throw unauthorized('AuthenticationFailed', "Authentication failed. The 'Authorization' header is missing.")
    const token = /^Bearer\s+(\S+)$/i.exec(authorization)?.[1]
    if (token === undefined)
      throw unauthorized('InvalidAuthenticationToken', "The authentication token is not a 'Bearer' token.")
    const rule = this.#rules.get(digest(token)) ?? everyone
    if (rule.expired || (rule.expires !== undefined && (parseInstant(rule.expires) ?? 0n) <= now))
      throw unauthorized(
        'ExpiredAuthenticationToken',
        'The access token expiry UTC time is earlier than current UTC time.',
      )
    return rule
  }
}
