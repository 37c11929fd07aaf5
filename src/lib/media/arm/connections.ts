import { type ClientRequestArgs, Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { Duplex } from 'node:stream'
import type { PipelinePolicy } from '@azure/core-rest-pipeline'

const limit = (socket: Duplex | null | undefined, ready: string, milliseconds: number) => {
  if (!socket) return socket
  const timer = setTimeout(() => {
    // The code is one that the retries know.
    socket.destroy(Object.assign(new Error('The connection was not made in time'), { code: 'ETIMEDOUT' }))
  }, milliseconds)
  const done = () => clearTimeout(timer)
  socket.once(ready, done).once('close', done)
  return socket
}

/**
 * Gives every connection a time limit of its own, in milliseconds, which the SDK does not have: a region that drops
 * packets must not cost the time of a whole call. Proxies of the environment are left alone, except on loopback.
 */
export const connectTimeoutPolicy = (milliseconds: number, endpoint: URL): PipelinePolicy => {
  const agent = endpoint.protocol === 'http:' ? new HttpAgent({ keepAlive: true }) : new HttpsAgent({ keepAlive: true })
  const ready = endpoint.protocol === 'http:' ? 'connect' : 'secureConnect'
  const connect = agent.createConnection.bind(agent)
  agent.createConnection = (options: ClientRequestArgs, done) => limit(connect(options, done), ready, milliseconds)
  return {
    name: 'connectTimeout',
    sendRequest(request, next) {
      request.agent ??= agent
      return next(request)
    },
  }
}
