import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { startHost } from '../../../../local/stack/host-process.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'twinstream-test-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

it('tells the last line of a host that ends by itself', async () => {
  const appDir = join(dir, 'app')
  mkdirSync(appDir)
  writeFileSync(join(appDir, 'host.json'), JSON.stringify({ version: '2.0' }))
  writeFileSync(join(appDir, 'package.json'), JSON.stringify({ name: 'ends', main: 'index.cjs' }))
  writeFileSync(
    join(appDir, 'index.cjs'),
    "setTimeout(() => { throw new Error('ENOSPC: no space left on device, write') }, 1500)",
  )
  const settingsFile = join(dir, 'settings.json')
  writeFileSync(settingsFile, JSON.stringify({ Values: {} }))
  const host = await startHost({
    appDir,
    port: 0,
    stateDir: join(dir, 'state'),
    settingsFile,
    env: { PATH: process.env.PATH },
    log: () => {},
  })
  expect(await host.died).toBe('The host ended with code 1: ENOSPC: no space left on device, write')
  await host.close()
})
