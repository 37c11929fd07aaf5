import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, request as forward, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { AzureNamedKeyCredential, TableClient } from '@azure/data-tables'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Azurite, startAzurite } from '../../../local/azurite.ts'
import type { Ledger } from '../../../src/lib/ledger/ledger.ts'
import { isTableError } from '../../../src/lib/ledger/table-error.ts'
import { createTableLedger } from '../../../src/lib/ledger/table-ledger.ts'
import type { Unit } from '../../../src/lib/model.ts'
import { timing } from '../../../src/lib/timing.ts'

const key = randomBytes(64).toString('base64')
const unit: Unit = { route: 'east>west', kind: 'asset', name: 'film' }
const event = { reason: 'jobFinished', priority: 'event' } as const

/** What happens to the next batches on their way to the table. */
type Fault = 'replyLost' | 'busyInside' | 'serverError'

let azurite: Azurite
let proxy: Server
let faults: Fault[] = []
let tables = 0

const busyInside = (response: ServerResponse) => {
  const error = { 'odata.error': { code: 'OperationTimedOut', message: { lang: 'en-US', value: '0:Timed out.' } } }
  const boundary = 'changesetresponse_1'
  response.writeHead(202, { 'content-type': 'multipart/mixed; boundary=batchresponse_1' })
  response.end(
    `--batchresponse_1\r\nContent-Type: multipart/mixed; boundary=${boundary}\r\n\r\n--${boundary}\r\n\r\n` +
      `HTTP/1.1 500 Server Error\r\n\r\n${JSON.stringify(error)}\r\n--${boundary}--\r\n--batchresponse_1--\r\n`,
  )
}

const pass = (incoming: IncomingMessage, response: ServerResponse) => {
  const fault = incoming.url?.endsWith('$batch') ? faults.shift() : undefined
  if (fault === 'busyInside') return busyInside(response)
  if (fault === 'serverError') return response.writeHead(500).end()
  const { method, headers, url } = incoming
  const onward = forward(`${azurite.tableUrl}${url}`, { method, headers }, answer => {
    if (fault === 'replyLost') {
      answer.resume()
      answer.on('end', () => response.destroy())
      return
    }
    response.writeHead(answer.statusCode ?? 500, answer.headers)
    answer.pipe(response)
  })
  incoming.pipe(onward)
}

beforeAll(async () => {
  azurite = await startAzurite({ accounts: [{ name: 'hub', key }] })
  proxy = createServer(pass)
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
})
afterAll(async () => {
  proxy.closeAllConnections()
  proxy.close()
  await azurite.close()
})

const ledgerAt = (port: number, accountKey = key): Ledger =>
  createTableLedger({
    table: new TableClient(
      `http://127.0.0.1:${port}/hub`,
      `Faults${tables}`,
      new AzureNamedKeyCredential('hub', accountKey),
      { allowInsecureConnection: true, retryOptions: { maxRetries: 2, retryDelayInMs: 1, maxRetryDelayInMs: 5 } },
    ),
    timing: timing(1),
    clock: () => Date.parse('2030-01-01T00:00:00Z'),
    randomKey: () => randomBytes(4).toString('hex'),
    routes: [{ key: 'east>west', from: 'east', to: 'west', maxActive: 2, maxActivePolicies: 2 }],
  })

let ledger: Ledger
beforeEach(async () => {
  tables += 1
  faults = []
  ledger = ledgerAt((proxy.address() as AddressInfo).port)
  await ledger.prepare()
})

describe('a table that stumbles', () => {
  it('P3: a start is not lost with the reply to its swap', async () => {
    faults = ['replyLost']
    const start = await ledger.request(unit, event)
    expect(start?.input.run).toBe(1)
    expect(await ledger.read(unit)).toMatchObject({ state: 'running', run: 1, runKey: start?.input.key })
  })

  it('P3: a pass begins and goes on when replies are lost, and closes', async () => {
    const start = await ledger.request(unit, event)
    const claim = { unit, run: 1, pass: `${start?.input.key}.0` }
    faults = ['replyLost']
    expect(await ledger.begin(claim, '')).toMatchObject({ answer: 'begun', generation: 1 })
    faults = ['replyLost']
    expect(await ledger.check(claim, 1, { blobs: 1 })).toBe('mine')
    faults = ['replyLost']
    expect(await ledger.close(claim, 1, { outcome: 'inSync' })).toMatchObject({ closed: 'idle' })
    expect(await ledger.read(unit)).toMatchObject({ state: 'idle', outcome: 'inSync', observed: 1 })
  })

  it.each<Fault>(['busyInside', 'serverError'])('tries again what the service could not do now: %s', async fault => {
    faults = [fault, fault]
    expect(await ledger.request(unit, event)).toBeDefined()
    expect(await ledger.read(unit)).toMatchObject({ desired: 1 })
  })
})

describe('a table that cannot be used', () => {
  const failureOf = async (work: Promise<unknown>) => {
    const error: unknown = await work.then(
      () => undefined,
      (reason: unknown) => reason,
    )
    if (!isTableError(error)) throw new Error('no TableError', { cause: error })
    return error
  }

  it('P6: says so without the key of the account', async () => {
    const port = (proxy.address() as AddressInfo).port
    const wrong = randomBytes(64).toString('base64')
    const unauthorized = await failureOf(ledgerAt(port, wrong).read(unit))
    expect(unauthorized.failure).toBe('unauthorized')
    expect(unauthorized.message).toContain('Storage Table Data Contributor')
    expect(inspect(unauthorized, { depth: 9 })).not.toContain(wrong)
    expect(JSON.stringify(unauthorized)).not.toMatch(/SharedKey/i)
  })

  it('is told apart from one that says no: nobody listens', async () => {
    const closed = createServer().listen(0, '127.0.0.1')
    await once(closed, 'listening')
    const { port } = closed.address() as AddressInfo
    await new Promise(resolve => closed.close(resolve))
    const unavailable = await failureOf(ledgerAt(port).request(unit, event))
    expect(unavailable).toMatchObject({ failure: 'unavailable' })
    expect(unavailable.message).toMatch(/^reading .* did not answer \(ECONNREFUSED\)\. Check the storage account/)
  })
})
