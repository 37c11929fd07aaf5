/** `npm run prove` against two simulated accounts: what it says of each, and that it leaves nothing behind. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { topology } from '../../contract/support/client.ts'
import { eventually } from '../../support/eventually.ts'
import { noIdentity } from '../../support/no-identity.ts'
import { ground } from './simulator/ground.ts'

const root = join(import.meta.dirname, '../../..')
const odata = (type: string) => `#Microsoft.Media.${type}`
const key = 'AAECAwQFBgcICQoLDA0ODw=='
const stores = { east: 'contosoeaststore', west: 'contosoweststore' } as const

let scene: Awaited<ReturnType<typeof ground>>
let dir: string

const properties = { clear: {}, aes: {} } as Record<string, object>
properties.clear = { streamingPolicyName: 'Predefined_ClearStreamingOnly' }
properties.aes = {
  streamingPolicyName: 'Predefined_ClearKey',
  defaultContentKeyPolicyName: 'open',
  contentKeys: [
    { id: '0cf1a6b2-52ab-4c3e-9f5b-6a2a1d1f0e02', labelReferenceInStreamingPolicy: 'clearKeyDefault', value: key },
  ],
}

/** A title published in the clear and encrypted, as its twin is in the other account. */
const fill = async (end: 'east' | 'west') => {
  const ask = scene[end]
  await ask('PUT', 'assets/film', { properties: { container: 'film' } })
  for (const file of ['city.ism', 'city.ismc'])
    await scene.blobStore.putBlob(
      stores[end],
      'film',
      file,
      await readFile(join(root, 'local/sample', file)),
      'text/xml',
    )
  const configuration = { '@odata.type': odata('ContentKeyPolicyClearKeyConfiguration') }
  const restriction = { '@odata.type': odata('ContentKeyPolicyOpenRestriction') }
  await ask('PUT', 'contentKeyPolicies/open', { properties: { options: [{ configuration, restriction }] } })
  for (const [index, name] of Object.keys(properties).entries()) {
    const streamingLocatorId = `0cf1a6b2-52ab-4c3e-9f5b-6a2a1d1f0f0${index}`
    const locator = { assetName: 'film', streamingLocatorId, ...properties[name] }
    await ask('PUT', `streamingLocators/${name}`, { properties: locator })
  }
  await ask('POST', 'streamingEndpoints/default/start')
}

const startProve = (more: readonly string[], environment: Readonly<Record<string, string>> = {}) => {
  const args = ['local/prove/main.ts', '--from', 'east', '--to', 'west', '--topology', join(dir, 't.json'), ...more]
  const child = spawn(process.execPath, args, { cwd: root, env: { ...process.env, TOKEN: 'any', ...environment } })
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', chunk => {
      text += chunk
    })
  const ended = new Promise<{ readonly code: number | null; readonly text: string }>(resolve => {
    child.on('close', code => resolve({ code, text }))
  })
  return { child, ended, said: () => text }
}
const prove = (...more: string[]) => startProve(more).ended

beforeAll(async () => {
  scene = await ground()
  dir = await mkdtemp(join(tmpdir(), 'prove-'))
  const { url } = scene.simulator
  const reached = { endpoint: url, playersEndpoint: `${url}/hosts`, credential: 'TOKEN' }
  const accounts = Object.entries(topology.accounts).map(([name, account]) => [name, { ...account, ...reached }])
  await writeFile(join(dir, 't.json'), JSON.stringify({ ...topology, accounts: Object.fromEntries(accounts) }))
  await fill('east')
  await fill('west')
  scene.clock.advance(1000)
})
afterAll(async () => {
  await scene[Symbol.asyncDispose]()
  await rm(dir, { recursive: true })
})

const names = async (end: 'east' | 'west', path: string) =>
  (await scene[end]('GET', path)).body.value.map(({ name }: { name: string }) => name)

it('reads without leave to write, and says of each row what it saw, or why it did not look', async () => {
  const { code, text } = await prove()
  expect(text).toMatch(/^proven {3}same-ids: 2 locators .* same key ids and values/m)
  expect(text).toMatch(/^proven {3}manifests-play: manifests of clear \(clear\) and aes \(encrypted\) come from both/m)
  expect(text).toMatch(/^proven {3}missing-code: .* 404 NotFound and 404 NotFound/m)
  expect(text).toMatch(/^proven {3}rate-limits: subscription-reads: \d+, then \d+/m)
  expect(text).toMatch(/^not run {2}exists-twice: it writes/m)
  expect(text).toMatch(/^not run {2}speed: by hand/m)
  expect(text).toMatch(/\n4 passed, 0 failed\n$/)
  expect(text).not.toContain(key)
  expect(code).toBe(0)
})

it('P5: writes with leave, into the target only, under names of its own, and removes them', async () => {
  const { code, text } = await prove('--write')
  expect(text).toMatch(/^proven {3}exists-twice: .* 409/m)
  expect(text).toMatch(/^proven {3}deleted-twice: .* 200, then 204/m)
  expect(text).toMatch(/^proven {3}id-scope: .* 409/m)
  expect(text).toMatch(/\n8 passed, 0 failed\n$/)
  expect(code).toBe(0)
  for (const end of ['east', 'west'] as const)
    expect([await names(end, 'assets'), (await names(end, 'streamingLocators')).sort()]).toEqual([
      ['film'],
      ['aes', 'clear'],
    ])
  const written = scene.simulator.traffic.lines(
    ({ account, method, url }) => account === 'east' && method !== 'GET' && url.includes('twinstream-prove'),
  )
  expect(written).toBe('')
})

it('ends with 1 where something is refuted, and with 2 for a row that there is not', async () => {
  await scene.west('DELETE', 'streamingLocators/aes')
  const other = { ...properties.aes, streamingLocatorId: '0cf1a6b2-52ab-4c3e-9f5b-6a2a1d1f0fff' }
  await scene.west('PUT', 'streamingLocators/aes', { properties: { assetName: 'film', ...other } })
  const refuted = await prove('--only', 'same-ids')
  expect(refuted.text).toMatch(/^REFUTED {2}same-ids: aes has another id/m)
  expect([refuted.code, (await prove('--only', 'nothing')).code]).toEqual([1, 2])
})

describe('what is the fault of who asks refutes nothing, and is no success either', () => {
  it('no login', async () => {
    const document = JSON.parse(await readFile(join(dir, 't.json'), 'utf8'))
    for (const account of Object.values<{ credential: string }>(document.accounts)) account.credential = 'identity'
    await writeFile(join(dir, 'identity.json'), JSON.stringify(document))
    const mine = ['--topology', join(dir, 'identity.json'), '--only', 'same-ids', '--only', 'identity']
    const { code, text } = await startProve(mine, noIdentity).ended
    expect(text).toMatch(/^prove: no credential: `az login` first[^\n]*\n$/)
    expect(code).toBe(2)
  })

  it.each([
    ['/api', 'bad', /^not run {2}functions-host: TWINSTREAM_KEY is not accepted/m],
    ['/other', 'good', /^not run {2}functions-host: TWINSTREAM_URL answers 404 to \/api\/health/m],
  ])('an app at …%s with a %s key', async (path, functionsKey, said) => {
    const server = createServer(({ url, headers }, response) => {
      const known = url?.startsWith('/api/') === true
      const isOpen = url === '/api/health' || headers['x-functions-key'] === 'good'
      response.writeHead(known ? (isOpen ? 200 : 401) : 404).end('{}')
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`
    const asked = { TWINSTREAM_URL: address, TWINSTREAM_KEY: functionsKey }
    const { code, text } = await startProve(['--only', 'functions-host'], asked).ended
    server.close()
    expect(text).toMatch(said)
    expect(code).toBe(2)
  })

  it('rights that the account does not give', async () => {
    const closed = { account: 'west', plane: 'control', kind: '403' } as const
    const { id } = scene.simulator.faults.add(closed)
    const { code, text } = await prove('--write', '--only', 'rate-limits', '--only', 'exists-twice')
    scene.simulator.faults.remove(fault => fault.id === id)
    expect(text).toMatch(/\n2 not run\n0 passed, 0 failed\n$/)
    expect(code).toBe(2)
  })
})

it('P8: names what it could not remove', async () => {
  scene.simulator.faults.add({ account: 'west', plane: 'control', operation: 'Assets_Delete', kind: '403', count: 1 })
  const { text } = await prove('--write', '--only', 'exists-twice')
  expect(text).toMatch(/west: could not be removed, do it by hand: assets\/twinstream-prove-\w+-asset$/m)
  expect(text).toMatch(/^proven {3}exists-twice/m)
})

/** Interrupts it when it has asked for a locator, which is made a little later. */
const interruptedInTheMiddle = async () => {
  const { faults } = scene.simulator
  const operation = 'StreamingLocators_Create'
  const slow = { account: 'west', plane: 'control', operation, kind: 'latency', milliseconds: 500 } as const
  const { id } = faults.add(slow)
  const { child, ended, said } = startProve(['--write'])
  await eventually(() => expect(faults.list().find(one => one.id === id)?.hits).toBeGreaterThan(0))
  child.kill('SIGINT')
  // The same press, as npm passes it on.
  child.kill('SIGINT')
  await eventually(() => expect(said()).toContain('prove: ending'))
  // The clock of the accounts stands still until then.
  scene.clock.advance(slow.milliseconds)
  faults.remove(fault => fault.id === id)
  return ended
}
const ownLeft = async () =>
  [...(await names('west', 'assets')), ...(await names('west', 'streamingLocators'))].filter(name =>
    name.startsWith('twinstream-prove'),
  )

it('P5: Ctrl-C in the middle of a write removes what was made, begins no other check, and says so with its code', async () => {
  const before = await ownLeft()
  const { code, text } = await interruptedInTheMiddle()
  expect(text).toMatch(/^prove: ending; what was made is removed first/m)
  expect(text).not.toContain('could not be removed')
  expect(text).not.toContain('exists-twice: ')
  expect(code).toBe(130)
  expect(await ownLeft()).toEqual(before)
})

it('P8: what Ctrl-C could not remove is named', async () => {
  const refusing = { account: 'west', plane: 'control', kind: '403' } as const
  for (const operation of ['StreamingLocators_Delete', 'Assets_Delete'])
    scene.simulator.faults.add({ ...refusing, operation })
  const { code, text } = await interruptedInTheMiddle()
  expect(text).toMatch(
    /west: could not be removed, do it by hand: assets\/twinstream-prove-\w+-asset, streamingLocators\/twinstream-prove-/m,
  )
  expect(code).toBe(130)
})
