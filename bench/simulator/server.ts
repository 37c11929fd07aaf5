/**
 * A process to be measured: `simulator`, media accounts whose blob containers are made on first use, or `floor`, a bare
 * server that keeps the documents it is given and serialises and sends them when asked. Says its address to the parent.
 */
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { memoryBlobStore } from '../../local/simulator/memory-blob-store.ts'
import { startSimulator } from '../../local/simulator/simulator.ts'
import { topology } from './topology.ts'

/** What the parent asks for and is told. */
export type Told = { readonly url: string } | { readonly peakBytes: number }

const startFloor = async (): Promise<string> => {
  const documents: unknown[] = []
  const keep = async (request: IncomingMessage) => documents.push(JSON.parse(await text(request)))
  const server = createServer((request, response) => {
    if (request.method === 'POST') {
      void keep(request).then(() => response.end())
      return
    }
    const body = JSON.stringify(documents[Number(request.url?.slice(1))])
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }).end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const startMeasured = async (): Promise<string> => {
  const simulator = await startSimulator({
    topology,
    blobStore: memoryBlobStore(),
    switches: { throttling: false, createContainer: 'onFirstUse' },
  })
  return simulator.url
}

const tell = (told: Told) => process.send?.(told)

process.on('message', () => tell({ peakBytes: process.resourceUsage().maxRSS * 1024 }))
process.on('disconnect', () => process.exit())
tell({ url: process.argv[2] === 'floor' ? await startFloor() : await startMeasured() })
