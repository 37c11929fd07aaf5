/** A new release, other settings, and a second app by mistake, each in the middle of a run. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { compareAccounts } from '../../local/compare/compare.ts'
import { type Stack, startStack } from '../../local/stack/stack.ts'
import {
  encode,
  eventually,
  hits,
  inSync,
  publish,
  route,
  storageWritesTo,
  unit,
  watchForEarlyLocators,
  withCode,
  writesTo,
} from './support.ts'

// Each test starts its app three times.
vi.setConfig({ testTimeout: 300_000 })

let stack: Stack
beforeEach(async () => {
  stack = await startStack()
})
afterEach(() => stack.close())

type Json = Record<string, unknown>

const rewrite = async (file: string, change: (content: Json) => Json): Promise<void> =>
  writeFile(file, JSON.stringify(change(JSON.parse(await readFile(file, 'utf8')))))

/** What `host.json` says of versions is read when the host starts. */
const setVersion = (defaultVersion: string) =>
  rewrite(join(stack.appDir, 'host.json'), content => {
    const extensions = content.extensions as { durableTask: Json }
    return { ...content, extensions: { ...extensions, durableTask: { ...extensions.durableTask, defaultVersion } } }
  })

const setSetting = (name: string, value: string) =>
  rewrite(stack.settingsFile, content => ({ ...content, Values: { ...(content.Values as Json), [name]: value } }))

const setRoute = async (change: Json) => {
  const { Values } = JSON.parse(await readFile(stack.settingsFile, 'utf8')) as {
    Values: { TWINSTREAM_TOPOLOGY: string }
  }
  const topology = JSON.parse(Values.TWINSTREAM_TOPOLOGY) as { routes: Json[] }
  const routes = topology.routes.map(one => ({ ...one, ...change }))
  await setSetting('TWINSTREAM_TOPOLOGY', JSON.stringify({ ...topology, routes }))
}

const restart = async () => {
  if (stack.host.running) await stack.host.kill('SIGKILL')
  await stack.host.start()
}

/** Publishes a title, and resolves in the middle of its copy, with all that copies waiting. */
const inMidCopy = async (...titles: readonly string[]) => {
  const slow = { account: 'west', plane: 'storage', operation: 'CopyBlobFromUrl', kind: 'latency' } as const
  stack.simulator.fault({ ...slow, milliseconds: 1_500 })
  for (const title of titles) {
    await encode(stack, title)
    await publish(stack, title, `${title}-clear`)
  }
  const begun = async () => (await hits(stack, 'CopyBlobFromUrl')) >= 3 * titles.length
  await eventually('copies are under way', begun, 120_000)
}

const copies = () => stack.simulator.storageWrites().filter(({ operation }) => operation === 'CopyBlobFromUrl').length

const twins = async () => (await compareAccounts(stack.accounts.east.arm, stack.accounts.west.arm)).differences

/** Instances of the task hub, as its own management shows them. */
const instances = async (): Promise<readonly { instanceId: string; runtimeStatus: string; output: unknown }[]> => {
  const keys = JSON.parse(await readFile(join(stack.hostStateDir, 'keys.json'), 'utf8')) as {
    systemKeys: { durabletask_extension: string }
  }
  const code = keys.systemKeys.durabletask_extension
  const response = await fetch(`${stack.urls.host}/runtime/webhooks/durabletask/instances?code=${code}`)
  return (await response.json()) as Awaited<ReturnType<typeof instances>>
}

describe('a new release', () => {
  it('P2, P3: fails runs that the one before has begun, and finishes their units', async () => {
    await setVersion('0.9')
    await restart()
    const early = watchForEarlyLocators(stack, 'film', 'film-clear')
    await inMidCopy('film')
    const before = await unit(stack, 'film')
    expect(before?.state).toBe('running')

    await stack.host.kill('SIGKILL')
    await setVersion('1.1')
    stack.simulator.clearFaults()
    await stack.host.start()

    const failed = await eventually('the old run has failed', async () =>
      (await instances()).find(
        ({ runtimeStatus, output }) => runtimeStatus === 'Failed' && /version/i.test(String(output)),
      ),
    )
    expect(String(failed.output)).toContain("'0.9'")
    const after = await inSync(stack, 'film')
    expect(after.run).toBeGreaterThan(before?.run ?? 0)
    await eventually('the locator is in B', () => stack.accounts.west.arm.get('streamingLocators/film-clear'))
    expect(await early()).toEqual([])
    expect(await twins()).toEqual([])
    expect(writesTo(stack, 'east')).toEqual([])
  })
})

describe('settings changed in the middle of a run', () => {
  it.each([
    ['the route is paused', { mode: 'paused' }],
    ['the route only observes', { mode: 'observe' }],
  ])(
    'P2, P3, P8: %s: nothing is written any more, the unit says why, and it goes on when that is over',
    async (_what, change) => {
      const early = watchForEarlyLocators(stack, 'film', 'film-clear')
      await inMidCopy('film')
      await stack.host.kill('SIGKILL')
      const received = await hits(stack, 'CopyBlobFromUrl')
      await setRoute(change)
      stack.simulator.clearFaults()
      await stack.host.start()
      await eventually('storage has carried out what it had received', async () => copies() >= received)

      await withCode(stack, 'film', 'RoutePaused')
      const [written, copied] = [writesTo(stack, 'west').length, storageWritesTo(stack, 'west')]
      await stack.api.fire('dispatch')
      await withCode(stack, 'film', 'RoutePaused')
      expect([writesTo(stack, 'west').length, storageWritesTo(stack, 'west')]).toEqual([written, copied])
      expect(await stack.accounts.west.arm.get('streamingLocators/film-clear')).toBeUndefined()

      await setRoute({ mode: 'replicate' })
      await restart()
      const resync = { method: 'POST', body: JSON.stringify({ route, assets: ['film'] }) }
      expect((await stack.api.fetch('/api/resync', resync)).status).toBe(202)
      await inSync(stack, 'film')
      expect(await early()).toEqual([])
      expect(await twins()).toEqual([])
      expect(writesTo(stack, 'east')).toEqual([])
    },
  )

  it('P3: fewer runs at once: those under way end, and all that waits follows', async () => {
    const titles = ['one', 'two', 'three']
    await inMidCopy(...titles)
    await stack.host.kill('SIGKILL')
    await setSetting('TWINSTREAM_MAX_ACTIVE', '1')
    stack.simulator.clearFaults()
    await stack.host.start()
    await encode(stack, 'four')
    await publish(stack, 'four', 'four-clear')
    for (const title of [...titles, 'four']) await inSync(stack, title)
    expect(await twins()).toEqual([])
  })

  it('P2, P3: its storage account is no longer mapped: what was begun may end, and nothing new is begun', async () => {
    const early = watchForEarlyLocators(stack, 'film', 'film-clear')
    await inMidCopy('film')
    await stack.host.kill('SIGKILL')
    await setRoute({ storage: { contosoeastother: 'contosoweststore' } })
    stack.simulator.clearFaults()
    await stack.host.start()
    await encode(stack, 'new')
    await withCode(stack, 'new', 'StorageNotMapped')
    expect(await stack.accounts.west.arm.get('assets/new')).toBeUndefined()

    await setRoute({ storage: { contosoeaststore: 'contosoweststore' } })
    await restart()
    const resync = { method: 'POST', body: JSON.stringify({ route, assets: ['film', 'new'] }) }
    expect((await stack.api.fetch('/api/resync', resync)).status).toBe(202)
    for (const title of ['film', 'new']) await inSync(stack, title)
    expect(await early()).toEqual([])
    expect(await twins()).toEqual([])
  })
})
