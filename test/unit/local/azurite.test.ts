import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { TableClient } from '@azure/data-tables'
import { BlobServiceClient } from '@azure/storage-blob'
import { afterEach, describe, expect, test } from 'vitest'
import { type Azurite, type AzuriteOptions, startAzurite } from '../../../local/azurite.ts'
import { eventually } from '../../support/eventually.ts'

const accounts = [
  { name: 'hubstore', key: Buffer.from('hub-key').toString('base64') },
  { name: 'eaststore', key: Buffer.from('east-key').toString('base64') },
]
const running: Azurite[] = []
const folders: string[] = []
const start = async (options: Partial<AzuriteOptions> = {}) => {
  const azurite = await startAzurite({ accounts, ...options })
  running.push(azurite)
  return azurite
}
const folder = async () => {
  const made = await mkdtemp(join(tmpdir(), 'azurite-'))
  folders.push(made)
  return made
}
afterEach(async () => {
  await Promise.all(running.splice(0).map(azurite => azurite.close()))
  await Promise.all(folders.splice(0).map(path => rm(path, { recursive: true, force: true })))
})

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
const ended = (pid: number) => eventually(() => expect(isAlive(pid)).toBe(false))
const portOf = (url: string) => Number(new URL(url).port)

describe('a running Azurite', () => {
  test('serves blobs and tables of every account at the addresses it names', async () => {
    const azurite = await start()
    for (const { name } of accounts) {
      const container = BlobServiceClient.fromConnectionString(azurite.connectionString(name)).getContainerClient(
        'asset-1',
      )
      expect(container.url).toBe(`${azurite.blobUrl}/${name}/asset-1`)
      await container.create()
    }
    const table = TableClient.fromConnectionString(azurite.connectionString('hubstore'), 'units', {
      allowInsecureConnection: true,
    })
    await table.createTable()
    await table.createEntity({ partitionKey: 'east>west', rowKey: '1' })
    expect((await table.getEntity('east>west', '1')).rowKey).toBe('1')
    expect(() => azurite.connectionString('nobody')).toThrow('no storage account nobody')
  })

  test('keeps what it holds in its folder over a restart', async () => {
    const dir = await folder()
    const first = await start({ dir })
    const container = (azurite: Azurite) =>
      BlobServiceClient.fromConnectionString(azurite.connectionString('eaststore')).getContainerClient('asset-1')
    await container(first).create()
    await container(first).getBlockBlobClient('b').upload('hello', 5)
    await first.close()
    expect(await first.exited).toBe('Azurite was closed')
    const second = await start({ dir })
    expect((await container(second).getBlockBlobClient('b').downloadToBuffer()).toString()).toBe('hello')
  })

  test('says why it ended when nobody closed it', async () => {
    const azurite = await start()
    process.kill(azurite.pid, 'SIGKILL')
    expect(await azurite.exited).toBe('Azurite ended by itself: signal SIGKILL')
  })
})

describe('no start', () => {
  test('a taken port is named', async () => {
    const { blobUrl } = await start()
    const taken = portOf(blobUrl)
    await expect(start({ ports: { blob: taken, queue: 0, table: 0 } })).rejects.toThrow(
      `Azurite did not start: port ${taken} on 127.0.0.1 is taken`,
    )
  })

  test('a folder that is a file gives one sentence', async () => {
    const file = join(await folder(), 'file')
    await writeFile(file, '')
    const error = await start({ dir: file }).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(Error)
    expect(String(error)).toMatch(/^Error: Azurite did not start: .*\bEEXIST\b.*$/)
  })

  test.each([
    ['no accounts', [], 'at least one'],
    ['a name with a colon', [{ name: 'a:b', key: 'a2V5' }], '"a:b"'],
    ['a key that is none', [{ name: 'abc', key: 'se;cret' }], 'abc is not base64'],
  ])('%s is refused before anything is started', async (_, wrong, said) => {
    const error = await startAzurite({ accounts: wrong }).catch((reason: unknown) => reason)
    expect(String(error)).toContain(said)
    expect(String(error)).not.toContain('se;cret')
  })
})

test.each(['in memory', 'in a folder'])('ends with its parent, killed without a word: %s', async where => {
  const azurite = pathToFileURL(join(import.meta.dirname, '../../../local/azurite.ts')).href
  const options = { accounts, ...(where === 'in memory' ? {} : { dir: await folder() }) }
  const script = `import { startAzurite } from ${JSON.stringify(azurite)}
    console.log((await startAzurite(${JSON.stringify(options)})).pid)`
  const parent: ChildProcess = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(parent.stdout ?? parent, 'data')) as [Buffer]
  const pid = Number(line.toString())
  expect(isAlive(pid)).toBe(true)
  parent.kill('SIGKILL')
  await ended(pid)
})
