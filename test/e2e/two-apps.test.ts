/** Two apps on one ledger, each with a task hub of its own: nobody should, and no promise breaks. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { compareAccounts } from '../../local/compare/compare.ts'
import { type HostApi, hostApi, readHostKeys } from '../../local/stack/host-api.ts'
import { type HostProcess, startHost } from '../../local/stack/host-process.ts'
import { hostEnvironment } from '../../local/stack/settings.ts'
import { type Stack, startStack } from '../../local/stack/stack.ts'
import { encode, eventually, inSync, publish, route, watchForEarlyLocators, writesTo } from './support.ts'

vi.setConfig({ testTimeout: 300_000 })

let stack: Stack
let stateDir: string
let second: HostProcess
let secondApi: HostApi
beforeEach(async () => {
  stack = await startStack()
  stateDir = await mkdtemp(join(tmpdir(), 'twinstream-second-'))
  const { appDir, settingsFile } = stack
  second = await startHost({ appDir, port: 0, stateDir, settingsFile, env: hostEnvironment(), log: () => {} })
  const keys = readHostKeys(stateDir)
  secondApi = hostApi(second.url, keys, keys.master)
})
afterEach(async () => {
  await second.close()
  await stack.close()
  await rm(stateDir, { recursive: true, force: true, maxRetries: 3 })
})

const titles = ['one', 'two', 'three', 'four']

it('P2, P3, P5: both take up the same units, take them from each other, and B becomes A all the same', async () => {
  const watches = titles.map(title => watchForEarlyLocators(stack, title, `${title}-clear`))
  // Long enough for each to find runs that are not in its own hub, and to follow them as if they were lost.
  const slow = { account: 'west', plane: 'storage', operation: 'CopyBlobFromUrl', kind: 'latency' } as const
  stack.simulator.fault({ ...slow, milliseconds: 3_000 })
  for (const title of titles) {
    await encode(stack, title)
    await publish(stack, title, `${title}-clear`)
  }
  const resync = { method: 'POST', body: JSON.stringify({ route, all: true }) }
  expect((await secondApi.fetch('/api/resync', resync)).status).toBe(202)
  const overtaken = await eventually(
    'the second has taken a run from the first',
    async () => {
      await secondApi.fire('dispatch')
      return ((await secondApi.counters()).copyFiles?.started ?? 0) > 0
    },
    120_000,
  )
  expect(overtaken).toBe(true)
  stack.simulator.clearFaults()
  for (const title of titles) await inSync(stack, title, 'asset', 90_000)
  for (const title of titles)
    await eventually(`${title} is published`, () => stack.accounts.west.arm.get(`streamingLocators/${title}-clear`))

  for (const watch of watches) expect(await watch()).toEqual([])
  expect(writesTo(stack, 'east')).toEqual([])
  expect((await compareAccounts(stack.accounts.east.arm, stack.accounts.west.arm)).differences).toEqual([])
  // Both see the same, whoever did it.
  const seen = await Promise.all(
    [stack.api, secondApi].map(async api => (await api.unit(route, 'asset', 'one'))?.outcome),
  )
  expect(seen).toEqual(['inSync', 'inSync'])
})

it('P3: one of them dies in the middle of its runs, and the other finishes them', async () => {
  const slow = { account: 'west', plane: 'storage', operation: 'CopyBlobFromUrl', kind: 'latency' } as const
  stack.simulator.fault({ ...slow, milliseconds: 1_500 })
  await encode(stack, 'one')
  await publish(stack, 'one', 'one-clear')
  await eventually('the copy is under way', async () => (await stack.api.counters()).copyFiles?.started)
  await stack.host.kill('SIGKILL')
  stack.simulator.clearFaults()
  await eventually(
    'the other has finished it',
    async () => {
      const view = await secondApi.unit(route, 'asset', 'one')
      return view?.outcome === 'inSync' && view.state === 'idle' && !view.pending
    },
    90_000,
  )
  expect((await compareAccounts(stack.accounts.east.arm, stack.accounts.west.arm)).differences).toEqual([])
})
