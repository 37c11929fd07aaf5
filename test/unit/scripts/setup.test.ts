import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const script = fileURLToPath(new URL('../../../scripts/setup.mjs', import.meta.url))

/** A project of one dependency, which no registry has. */
let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'setup-test-'))
  mkdirSync(join(dir, 'scripts'))
  cpSync(script, join(dir, 'scripts', 'setup.mjs'))
  const dependencies = { 'not-there': '1.0.0' }
  const packages = { '': { name: 'project', dependencies }, 'node_modules/not-there': { version: '1.0.0' } }
  writeFileSync(join(dir, 'package.json'), JSON.stringify({ name: 'project', dependencies }))
  writeFileSync(join(dir, 'package-lock.json'), JSON.stringify({ name: 'project', lockfileVersion: 3, packages }))
})
afterEach(() => rmSync(dir, { recursive: true }))

interface Result {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

const setUp = (env: NodeJS.ProcessEnv): Promise<Result> =>
  new Promise(resolve => {
    execFile(process.execPath, [join(dir, 'scripts', 'setup.mjs')], { env }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr })
    })
  })

const withNpm = (more: NodeJS.ProcessEnv): NodeJS.ProcessEnv => {
  const { npm_execpath: _, npm_node_execpath: __, ...rest } = process.env
  return { ...rest, ...more }
}

describe('setup', () => {
  it('says what is missing without npm', async () => {
    const { code, stderr } = await setUp({ PATH: dir })
    expect(code).toBe(1)
    expect(stderr).toContain('setup: npm was not found. Install Node 20 or newer with npm.')
  })

  it('says that the registry cannot be reached, and leaves stdout alone', async () => {
    const offline = { npm_config_registry: 'http://127.0.0.1:1/', npm_config_fetch_retries: '0', npm_config_cache: dir }
    const { code, stdout, stderr } = await setUp(withNpm(offline))
    expect(code).toBe(1)
    expect(stderr).toContain('setup: the package registry could not be reached.')
    expect(stdout).toBe('')
    expect(existsSync(join(dir, 'node_modules', '.twinstream-setup'))).toBe(false)
  })
})
