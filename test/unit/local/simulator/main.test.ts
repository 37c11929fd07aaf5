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
