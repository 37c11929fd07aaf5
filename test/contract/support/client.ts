/** A plain client of the simulated REST API: whatever it is given goes out, whatever comes back is handed on. */
import type { Simulator } from '../../../local/simulator/simulator.ts'

export const subscriptionId = '11111111-1111-1111-1111-111111111111'

/** Two accounts in one subscription and two regions. */
export const topology = {
  accounts: {
    east: { subscriptionId, resourceGroup: 'media-east', accountName: 'contosoeast', location: 'eastus2' },
    west: { subscriptionId, resourceGroup: 'media-west', accountName: 'contosowest', location: 'westus2' },
  },
  routes: [{ from: 'east', to: 'west', storage: { contosoeaststore: 'contosoweststore' } }],
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests reach into answers whose form is what they test
  readonly body: any
}

export type Call = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>

/** The version that the SDK asks for, by path below an account. */
export const versionFor = (path: string): string => {
  if (/^(\/|$|syncStorageKeys|listEdgePolicies)/.test(path)) return '2021-11-01'
  return path.startsWith('transforms') ? '2022-07-01' : '2022-08-01'
}

/**
 * Calls paths below an account; paths that begin with `/` are taken from the root. The api-version of the SDK is added
 * where none is given, or the one of `versionOf`. Text as body is sent as it is.
 */
export const clientOf = (simulator: Simulator, account: 'east' | 'west' = 'east', versionOf = versionFor): Call => {
  const { resourceGroup, accountName } = topology.accounts[account]
  const base = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.Media/mediaServices/${accountName}`
  return async (method, path, body, headers = {}) => {
    const below = path === '' || path.startsWith('?') ? path : `/${path}`
    const whole = `${simulator.url}${path.startsWith('/') ? path : base + below}`
    const version = `${whole.includes('?') ? '&' : '?'}api-version=${versionOf(path)}`
    const url = whole.includes('api-version=') || whole.includes('/_sim') ? whole : whole + version
    const answer = await fetch(url, {
      method,
      headers: { authorization: 'Bearer any', 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await answer.text()
    return { status: answer.status, headers: answer.headers, text, body: text === '' ? null : JSON.parse(text) }
  }
}
