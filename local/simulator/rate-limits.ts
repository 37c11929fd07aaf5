/** Counts calls by subscription, principal and bucket in windows of an hour (contract section 12). */
import { millisecondsOf } from './clock.ts'
import type { Bucket } from './limits.ts'

const window = 60 * 60_000

export const rateLimitHeaders: Readonly<Record<Bucket, string>> = {
  reads: 'x-ms-ratelimit-remaining-subscription-reads',
  writes: 'x-ms-ratelimit-remaining-subscription-writes',
  deletes: 'x-ms-ratelimit-remaining-subscription-deletes',
  resourceRequests: 'x-ms-ratelimit-remaining-subscription-resource-requests',
  policySecrets: 'x-ms-ratelimit-remaining-subscription-resource-requests',
}

export interface Budget {
  readonly remaining: number
  /** Seconds until calls are possible again; present only when this call was one too many. */
  readonly retryAfter?: number
}

interface Window {
  /** Milliseconds since 1970. */
  readonly start: number
  used: number
}

const isEntry = (saved: unknown): saved is [string, Window] => {
  if (!Array.isArray(saved) || typeof saved[0] !== 'string') return false
  const { start, used } = (saved[1] ?? {}) as Partial<Record<keyof Window, unknown>>
  return Number.isFinite(start) && Number.isFinite(used)
}

export class RateLimits {
  readonly #windows = new Map<string, Window>()

  /** Takes one call. Two accounts in one subscription share what is left. */
  take(subscriptionId: string, principal: string, bucket: Bucket, limit: number, ticks: bigint): Budget {
    const now = millisecondsOf(ticks)
    const key = `${subscriptionId.toLowerCase()} ${principal} ${bucket}`
    const current = this.#windows.get(key)
    const open = current === undefined || now - current.start >= window ? { start: now, used: 0 } : current
    this.#windows.set(key, open)
    if (open.used >= limit) return { remaining: 0, retryAfter: Math.ceil((open.start + window - now) / 1000) }
    open.used += 1
    return { remaining: limit - open.used }
  }

  save(): readonly (readonly [string, Window])[] {
    return Array.from(this.#windows, ([key, open]) => [key, { ...open }])
  }

  /** Checks what `save` gave and answers what restores it; throws for anything else. */
  restoring(saved: unknown): () => void {
    if (!Array.isArray(saved) || !saved.every(isEntry)) throw new SyntaxError('rate limits are incomplete')
    const windows = new Map(saved)
    return () => {
      this.#windows.clear()
      for (const [key, open] of windows) this.#windows.set(key, open)
    }
  }

  reset(): void {
    this.#windows.clear()
  }
}
