import { once } from 'node:events'
import { Agent, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type ProxyOptions, StorageProxy } from './proxy.ts'

export interface StorageOptions extends ProxyOptions {
  /** 0, the default, takes a free port. */
  readonly port?: number
}

/** Blob storage of all accounts at `{url}/{storageAccount}/{container}/{blob}`. */
export interface Storage {
  readonly url: string
  close(): Promise<void>
}

const host = '127.0.0.1'
const idleConnection = 120_000

/**
 * Starts the proxy that makes Azurite look like the storage of many accounts: identity instead of keys, the service's
 * own error codes where Azurite has others, faults, and counters. Bodies are streamed; the Host header is kept, because
 * Azurite compares it with the address of a copy source.
 *
 * Throws when the port is taken.
 */
export const startStorage = async (options: StorageOptions): Promise<Storage> => {
  const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY, scheduling: 'fifo' })
  const { hostname, port } = new URL(options.azurite.blobUrl)
  const proxy = new StorageProxy(options, { host: hostname, port: Number(port), agent })
  const server = createServer({ keepAliveTimeout: idleConnection, requestTimeout: 0 }, (request, response) => {
    response.on('error', () => {})
    proxy.handle(request, response).catch((error: unknown) => {
      options.log?.(`The storage proxy dropped a request: ${error instanceof Error ? error.message : 'unknown'}`)
      response.destroy()
    })
  })
  server.listen(options.port ?? 0, host)
  await once(server, 'listening').catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'EADDRINUSE'
      ? new Error(`The storage proxy did not start: port ${options.port} on ${host} is taken`)
      : error
  })
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
      agent.destroy()
    },
  }
}
