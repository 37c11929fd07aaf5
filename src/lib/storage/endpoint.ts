import http from 'node:http'
import https from 'node:https'
import { urlToHttpOptions } from 'node:url'

/** A service that requests go to, and the connections to it, which all containers share. */
export interface Endpoint {
  /** Length of what comes before the path in its addresses. */
  readonly originLength: number
  /** With the port, where it is not the usual one. */
  readonly host: string
  readonly options: http.RequestOptions
  readonly request: typeof http.request
}

const connectMilliseconds = 10_000

/** Ends connections that are not made in time. */
const patient = <Kind extends http.Agent>(agent: Kind, made: 'connect' | 'secureConnect'): Kind => {
  const create = agent.createConnection.bind(agent)
  agent.createConnection = (options, callback) => {
    const socket = create(options, callback)
    const late = (): unknown => socket?.destroy(Object.assign(new Error('No connection.'), { code: 'ETIMEDOUT' }))
    const timer = setTimeout(late, connectMilliseconds)
    for (const event of [made, 'close']) socket?.once(event, () => clearTimeout(timer))
    return socket
  }
  return agent
}

// How many connections are in use is decided by who sends, not here.
const kept = { keepAlive: true, maxFreeSockets: 256 } as const
const plain = patient(new http.Agent(kept), 'connect')
const secure = patient(new https.Agent(kept), 'secureConnect')

const known = new Map<string, Endpoint>()

/** Where a request to an http or https address goes. Addresses are taken apart once for each service, not each request. */
export const endpointOf = (url: string): Endpoint => {
  const path = url.indexOf('/', 'https://'.length)
  const origin = path === -1 ? url : url.slice(0, path)
  const found = known.get(origin)
  if (found !== undefined) return found
  const address = new URL(origin)
  const { protocol, hostname, port } = urlToHttpOptions(address)
  const encrypted = protocol === 'https:'
  const endpoint = {
    originLength: origin.length,
    host: address.host,
    options: { protocol, hostname, port, agent: encrypted ? secure : plain },
    request: encrypted ? https.request : http.request,
  }
  known.set(origin, endpoint)
  return endpoint
}
