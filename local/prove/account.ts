/** One media account, asked by plain HTTP: what a check looks at is the answer itself, with its status and headers. */
import { randomUUID } from 'node:crypto'
import type { End } from '../compare/accounts.ts'
import { Unreadable } from '../compare/patience.ts'

/** What checks look for in answers; any of it may be missing, which is what they find out. */
interface Body {
  readonly error?: { readonly code?: string }
  readonly value?: readonly Listed[]
  readonly contentKeys?: readonly { readonly id: string; readonly value: string }[]
  readonly streamingPaths?: readonly { readonly encryptionScheme: string; readonly paths: readonly string[] }[]
}

export interface Answered {
  readonly status: number
  readonly headers: Headers
  /** Absent where the answer is no JSON. */
  readonly body: Body | undefined
}

export interface AskedAccount {
  readonly end: End
  /**
   * @param path below the account, e.g. `streamingLocators/film`; empty for the account itself.
   * Throws Unreadable where there is no token, or one that is not accepted: that is nothing that a check could find out.
   */
  ask(method: string, path: string, body?: object): Promise<Answered>
  /** First items of a list. */
  list(path: string): Promise<readonly Listed[]>
}

export interface Listed {
  readonly name: string
  readonly properties: {
    readonly streamingLocatorId?: string
    readonly resourceState?: string
    readonly hostName?: string
  }
}

const patience = 30_000
const versionOf = (path: string) => (path === '' ? '2021-11-01' : '2022-08-01')

const parsed = (text: string): Body | undefined => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export const askedAccount = (end: End): AskedAccount => {
  const ask = async (method: string, path: string, body?: object): Promise<Answered> => {
    const below = path === '' ? '' : `/${path.split('/').map(encodeURIComponent).join('/')}`
    const token = typeof end.token === 'string' ? end.token : await end.token()
    const response = await fetch(`${end.endpoint}${end.accountId}${below}?api-version=${versionOf(path)}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'x-ms-client-request-id': `prove-${randomUUID()}`,
      },
      signal: AbortSignal.timeout(patience),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (response.status === 401) throw new Unreadable(`${end.key}: the token is not accepted (401)`)
    return { status: response.status, headers: response.headers, body: parsed(await response.text()) }
  }
  return {
    end,
    ask,
    async list(path) {
      const { status, body } = await ask('GET', path)
      if (status !== 200) throw new Error(`${end.key}: ${path} is answered with ${status} ${body?.error?.code ?? ''}`)
      return body?.value ?? []
    },
  }
}
