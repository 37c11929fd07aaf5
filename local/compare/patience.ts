import { setTimeout as sleep } from 'node:timers/promises'
import { type ArmClient, ArmError } from '../stack/arm.ts'

/** An account that does not let itself be read; the message says which and why. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable'
}

const tries = 5
/** Seconds. Whoever is told to wait longer has used up an hour's budget, and is told so. */
const longestWait = 120

const meaning: Readonly<Record<number, string>> = {
  401: 'the token is not accepted',
  403: 'the identity may not do this; it needs to read the account, its keys and its policy secrets',
  429: 'the hourly budget of calls is used up',
}

/** Seconds until the next try, undefined where there is none. */
const waitFor = (error: unknown, attempt: number): number | undefined => {
  if (attempt >= tries) return undefined
  if (!(error instanceof ArmError)) return error instanceof TypeError ? 2 ** attempt / 10 : undefined
  if (error.status !== 429 && error.status < 500) return undefined
  const wait = error.retryAfter ?? 2 ** attempt / 10
  return wait <= longestWait ? wait : undefined
}

const explained = (error: unknown, account: string): Unreadable => {
  if (error instanceof Unreadable) return error
  if (error instanceof ArmError)
    return new Unreadable(`${account}: ${meaning[error.status] ?? 'it refuses to be read'} (${error.message})`)
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return new Unreadable(`${account} does not answer: ${cause instanceof Error ? cause.message : String(cause)}`)
}

const patiently = async <T>(account: string, call: () => Promise<T>): Promise<T> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call()
    } catch (error) {
      const wait = waitFor(error, attempt)
      if (wait === undefined) throw explained(error, account)
      await sleep(wait * 1000)
    }
  }
}

/** Reads only, waits where the service asks for it, and fails with the account's name and what the answer means. */
export const patient = (client: ArmClient, account: string): ArmClient => {
  const refuse = () => Promise.reject(new Error('A comparison only reads.'))
  return {
    accountId: client.accountId,
    get: path => patiently(account, () => client.get(path)),
    list: path => patiently(account, () => client.list(path)),
    post: (path, action, body) => patiently(account, () => client.post(path, action, body)),
    put: refuse,
    patch: refuse,
    delete: refuse,
  }
}
