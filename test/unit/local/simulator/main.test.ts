import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { topology } from '../../../contract/support/client.ts'

const main = join(import.meta.dirname, '..', '..', '..', '..', 'local', 'simulator', 'main.ts')
let folder: string
let file: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'simulator-'))
  file = join(folder, 'topology.json')
  writeFileSync(file, JSON.stringify(topology))
})
afterAll(() => rmSync(folder, { recursive: true }))

const run = (...args: string[]) => {
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const said = { out: '', err: '' }
  child.stdout.on('data', (chunk: Buffer) => {
    said.out += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    said.err += chunk.toString()
  })
  return { child, said, ended: once(child, 'close').then(([code]) => code as number) }
}

it('says one line when it is ready and ends cleanly when told to', async () => {
  const { child, said, ended } = run('--topology', file)
  await expect.poll(() => said.out, { timeout: 50_000 }).toContain('ready')
  expect(said.out.trim().split('\n')).toHaveLength(1)
  const url = /http:\S+/.exec(said.out)?.[0] ?? ''
  expect((await fetch(`${url}/_sim/accounts`)).status).toBe(200)
  child.kill('SIGTERM')
  expect(await ended).toBe(0)
  expect(said.err).toBe('')
})

it.skipIf(process.platform === 'win32')('ends when the shell that npm started it in is gone', async () => {
  const child = spawn('sh', ['-c', '"$0" "$@"; exit', process.execPath, main, '--topology', file], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, npm_lifecycle_event: 'simulator' },
  })
  await once(child.stdout, 'data')
  child.kill('SIGTERM')
  // Only when the simulator has closed its end of the pipe too.
  await once(child, 'close')
})

it('--help explains itself', async () => {
  const { said, ended } = run('--help')
  expect(await ended).toBe(0)
  expect(said.out).toContain('--topology FILE')
})

it.each([
  ['location', { location: 'East US 2' }, 'accounts.west.location must be another than that of accounts.east'],
  [
    'provider',
    { provider: 'mkio' },
    'accounts.west.provider must be arm, the only API that is simulated, found "mkio"',
  ],
])('refuses a topology that the app would refuse: %s', async (name, change, words) => {
  const bad = join(folder, `${name}.json`)
  const west = { ...topology.accounts.west, ...change }
  writeFileSync(bad, JSON.stringify({ ...topology, accounts: { ...topology.accounts, west } }))
  const { said, ended } = run('--topology', bad)
  expect(await ended).toBe(1)
  expect(said.err).toContain(words)
})

it('refuses an account on a storage account that there is not', async () => {
  const { child, said, ended } = run('--topology', file)
  await expect.poll(() => said.out, { timeout: 50_000 }).toContain('ready')
  const group = `/subscriptions/${topology.accounts.east.subscriptionId}/resourceGroups/media-east/providers`
  const put = (storage: string) =>
    fetch(`${/http:\S+/.exec(said.out)?.[0]}${group}/Microsoft.Media/mediaservices/contosonew?api-version=2021-11-01`, {
      method: 'PUT',
      headers: { authorization: 'Bearer any', 'content-type': 'application/json' },
      body: JSON.stringify({
        location: 'northeurope',
        properties: {
          storageAccounts: [{ type: 'Primary', id: `${group}/Microsoft.Storage/storageAccounts/${storage}` }],
        },
      }),
    })
  const refused = await put('elsewhere')
  expect(refused.status).toBe(400)
  expect(await refused.text()).toContain("There is no storage account 'elsewhere'")
  expect((await put('contosoeaststore')).status).toBe(201)
  child.kill('SIGTERM')
  await ended
})

it('names a port that is taken and leaves nothing behind', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const address = other.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const { said, ended } = run('--topology', file, '--port', String(port))
  expect(await ended).toBe(1)
  expect(said.err.trim()).toBe(`The simulator did not start: port ${port} on 127.0.0.1 is taken`)
  other.close()
})

it.each([
  ['no topology', [], '--topology FILE is missing'],
  ['an unknown option', ['--colour', 'red'], '--colour'],
  ['a file that is not there', ['--topology', '/nowhere.json'], '/nowhere.json'],
])('says what is wrong with %s', async (_, args, words) => {
  const { said, ended } = run(...args)
  expect(await ended).toBe(1)
  expect(said.err).toContain(words)
})

it('says which port is none', async () => {
  const { said, ended } = run('--topology', file, '--port', 'http')
  expect(await ended).toBe(1)
  expect(said.err).toContain('--port must be a whole number')
})

it('says everything that is wrong with a topology', async () => {
  const bad = join(folder, 'bad.json')
  writeFileSync(bad, JSON.stringify({ accounts: { east: { accountName: 'A_B' } } }))
  const { said, ended } = run('--topology', bad)
  expect(await ended).toBe(1)
  for (const words of ['east.subscriptionId', 'east.location', 'A_B']) expect(said.err).toContain(words)
})
