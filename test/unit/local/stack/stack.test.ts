import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startStack } from '../../../../local/stack/stack.ts'

// A temporary folder of this file's own, so that stacks of other tests are not seen in it.
const temporary = process.env.TMPDIR
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stack-test-'))
  process.env.TMPDIR = folder
})
afterEach(() => {
  if (temporary === undefined) delete process.env.TMPDIR
  else process.env.TMPDIR = temporary
  rmSync(folder, { recursive: true })
})

/** Node keeps its compile cache there too, which is for the next start. */
const left = () => readdirSync(folder).filter(name => name.startsWith('twinstream-'))

describe('startStack with a port that is taken', () => {
  let server: Server
  let port: number
  beforeEach(async () => {
    server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    port = typeof address === 'object' ? (address?.port ?? 0) : 0
  })
  afterEach(async () => {
    server.close()
    await once(server, 'close')
  })

  it.each([
    ['simulator', 'The simulator'],
    ['storage', 'The storage proxy'],
    ['host', 'The host'],
  ])('says in one line that the port of the %s is taken and who wanted it, and leaves nothing', async (part, who) => {
    const error = await startStack({ ports: { [part]: port } }).then(
      () => undefined,
      (reason: Error) => reason,
    )
    expect(error?.message).toContain(who)
    expect(error?.message).toMatch(new RegExp(`port ${port}\\b.*(taken|use)`, 'i'))
    expect(error?.message).not.toContain('\n')
    expect(left()).toEqual([])
  })
})

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('a stack', () => {
  it('runs the app, survives the death of its host, and leaves neither process nor file', async () => {
    const stack = await startStack()
    try {
      expect((await fetch(`${stack.urls.host}/api/health`)).status).toBe(200)
      expect((await stack.api.fetch('/api/units?route=east%3Ewest')).status).toBe(200)
      expect(await stack.api.unit('east>west', 'asset', 'nothing')).toBeUndefined()
      const { pid } = stack.host

      await stack.host.kill('SIGKILL')
      expect(stack.host.running).toBe(false)
      await expect(fetch(`${stack.urls.host}/api/health`)).rejects.toThrow()
      await stack.host.start()
      expect(stack.host.pid).not.toBe(pid)
      expect((await fetch(`${stack.urls.host}/api/health`)).status).toBe(200)
    } finally {
      await stack.close()
    }
    expect(isAlive(stack.host.pid)).toBe(false)
    expect(left()).toEqual([])
  })

  it('tells when its host ends by itself', async () => {
    const stack = await startStack()
    try {
      process.kill(stack.host.pid, 'SIGKILL')
      expect(await stack.failed).toBe('The host was ended by SIGKILL')
    } finally {
      await stack.close()
    }
  })

  it('keeps calls of its own clients out of those of the app', async () => {
    const stack = await startStack()
    try {
      await stack.accounts.east.arm.list('assets')
      expect(stack.simulator.counters().accounts.east?.Assets_List?.count).toBe(1)
      expect(stack.simulator.appTraffic()).toEqual([])
      expect(stack.simulator.appCalls()).toEqual({})
    } finally {
      await stack.close()
    }
  })
})
