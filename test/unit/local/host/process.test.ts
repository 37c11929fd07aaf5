import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { eventually, fixtureApp, HostProcess, lines, temporaryDirectory } from './host-process.ts'

const oneLine = /^[^\n]+\n$/

const failing = async (args: readonly string[], environment: Record<string, string> = {}) => {
  const { code, stderr, stdout } = await HostProcess.run(args, environment)
  expect(code).toBe(1)
  expect(stdout).not.toContain('Host listening')
  expect(stderr).toMatch(oneLine)
  return stderr
}

const app = (directory: string, files: Record<string, string>) => {
  const path = join(directory, 'app')
  mkdirSync(path)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text)
  return path
}

describe('starts that must fail say why in one line', () => {
  test('the port is taken', async () => {
    using directory = temporaryDirectory()
    const other = createServer().listen(0, '127.0.0.1')
    await new Promise(done => other.once('listening', done))
    const address = other.address()
    const port = typeof address === 'object' && address ? address.port : 0
    const text = await failing(['--app', fixtureApp, '--state', directory.path, '--port', String(port)])
    expect(text).toContain(`Port ${port} is already in use`)
    other.close()
  })

  test.each([
    ['no app directory', undefined, /does not exist/],
    ['no host.json', { 'package.json': '{"main":"x.js"}' }, /Cannot read host.json/],
    ['a broken host.json', { 'host.json': '{', 'package.json': '{}' }, /host.json .* is not valid JSON/],
    ['no main', { 'host.json': '{}', 'package.json': '{}' }, /names no "main"/],
    [
      'a main that matches nothing',
      { 'host.json': '{}', 'package.json': '{"main":"dist/*.js"}' },
      /No file matches "main"/,
    ],
    [
      'no function library',
      { 'host.json': '{}', 'package.json': '{"main":"x.cjs"}', 'x.cjs': 'require("nowhere")' },
      /failed to load/,
    ],
    [
      'a wrong limit',
      { 'host.json': '{"extensions":{"durableTask":{"maxConcurrentActivityFunctions":0}}}', 'package.json': '{}' },
      /maxConcurrentActivityFunctions must be/,
    ],
    [
      'an unknown strategy',
      { 'host.json': '{"extensions":{"durableTask":{"versionMatchStrategy":"Loose"}}}', 'package.json': '{}' },
      /versionMatchStrategy must be one of None, Strict, CurrentOrOlder/,
    ],
  ])('%s', async (_case, files, text) => {
    using directory = temporaryDirectory()
    const path = files ? app(directory.path, files as Record<string, string>) : join(directory.path, 'none')
    expect(await failing(['--app', path, '--state', join(directory.path, 'state')])).toMatch(text)
  })

  test('an app that throws while it loads', async () => {
    using directory = temporaryDirectory()
    const text = await failing(['--app', fixtureApp, '--state', directory.path], { FIXTURE_VARIANT: 'throws-at-load' })
    expect(text).toContain('the app is broken')
  })

  test('a state directory that cannot be one, a state file that is damaged, broken keys', async () => {
    using directory = temporaryDirectory()
    const file = join(directory.path, 'file')
    writeFileSync(file, '')
    expect(await failing(['--app', fixtureApp, '--state', file])).toMatch(/state file .* cannot be used/)
    const damaged = join(directory.path, 'damaged')
    mkdirSync(damaged)
    writeFileSync(join(damaged, 'durable.db'), 'this is no database, however long it may be'.repeat(100))
    expect(await failing(['--app', fixtureApp, '--state', damaged])).toMatch(/damaged/)
    const keys = join(directory.path, 'keys')
    mkdirSync(keys)
    writeFileSync(join(keys, 'keys.json'), '{"masterKey":""}')
    expect(await failing(['--app', fixtureApp, '--state', keys])).toMatch(/key file .* is damaged/)
  })

  test('the state is in use by another host', async () => {
    using directory = temporaryDirectory()
    await using _first = await HostProcess.start(directory.path)
    expect(await failing(['--app', fixtureApp, '--state', directory.path])).toMatch(/another host is using it/)
  })

  test('settings that cannot be read', async () => {
    using directory = temporaryDirectory()
    const args = ['--app', fixtureApp, '--state', directory.path, '--settings', join(directory.path, 'none.json')]
    expect(await failing(args)).toMatch(/Cannot read settings file/)
  })

  test('arguments that make no sense show the usage', async () => {
    const { code, stderr } = await HostProcess.run(['--app', 'x', '--state', 'y', '--port', '70000'])
    expect(code).toBe(1)
    expect(stderr).toMatch(/^Usage: [\s\S]*--port 70000 is not a valid number/)
  })
})

describe('the end', () => {
  test('SIGTERM lets running activities finish, refuses new requests, exits 0', async () => {
    using directory = temporaryDirectory()
    const trace = join(directory.path, 'trace')
    const host = await HostProcess.start(directory.path, [], { FIXTURE_TRACE: trace })
    await host.startOrchestration('chain', 'last', { steps: 2, ms: 300 })
    await eventually(() => (lines(trace).includes('work 0 begins') ? true : undefined), 'the activity to begin')
    expect((await host.stop()).code).toBe(0)
    expect(lines(trace)).toEqual(expect.arrayContaining(['work 0 ends']))
    await using again = await HostProcess.start(directory.path, [], { FIXTURE_TRACE: trace })
    expect((await again.ended('last')).output).toEqual(['did 0', 'did 1'])
    expect(lines(trace).filter(line => line === 'work 0 begins')).toHaveLength(1)
  })

  test('with --with-parent, as all hosts here, it ends when its stdin does', async () => {
    using directory = temporaryDirectory()
    const host = await HostProcess.start(directory.path)
    host.closeStdin()
    expect((await host.exit()).code).toBe(0)
  })

  test('P3: when the disk fills up it ends with one line, and goes on when there is space', async () => {
    using directory = temporaryDirectory()
    const state = join(directory.path, 'state')
    const main = resolve(import.meta.dirname, '../../../../local/host/main.ts')
    const first = await HostProcess.start(state)
    await first.startOrchestration('waits', 'kept', { a: 1 })
    await first.until('kept', 'Running')
    await first.kill()
    // A limit on the size of files stands in for the full disk; the signal for it is ignored, so that writes fail.
    const script = `trap '' XFSZ; ulimit -f 800; exec "$0" "$1" --app "$2" --state "$3" --with-parent`
    const fill = spawnFilling([script, process.execPath, main, fixtureApp, state])
    const { code, stderr } = await fill
    expect(code).toBe(1)
    expect(stderr).toMatch(/^The state file .* cannot be used: [^\n]*disk[^\n]*\n$/)
    await using again = await HostProcess.start(state)
    await again.client('raiseEvent', 'kept', 'go', 'alive')
    expect((await again.ended('kept')).output).toBe('alive')
  })
})

/** Starts a host under a limit and writes to it until it ends. */
const spawnFilling = async (args: readonly string[]) => {
  const child = spawn('sh', ['-c', ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH ?? '' },
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', chunk => {
    stdout += String(chunk)
  })
  child.stderr.on('data', chunk => {
    stderr += String(chunk)
  })
  const ended = new Promise<number | null>(done => child.once('exit', done))
  const url = await eventually(() => /Host listening on (\S+)/.exec(stdout)?.[1] ?? (stderr || undefined), 'the host')
  const body = JSON.stringify('x'.repeat(20_000))
  for (let i = 0; child.exitCode === null && i < 100; i += 1) {
    await fetch(`${url}/durabletask/orchestrators/waits`, { method: 'POST', body }).catch(() => {})
  }
  return { code: await ended, stderr }
}

test('logs hold one line a record, and no body, input or header', async () => {
  using directory = temporaryDirectory()
  const host = await HostProcess.start(directory.path, ['--log', 'json'])
  await host.fetch('/api/throws')
  await host.fetch('/api/echo', { method: 'POST', headers: { 'x-test': 'canary-header' }, body: 'canary-body' })
  await host.startOrchestration('chain', 'logged', { steps: 1, secret: 'canary-input' })
  await host.ended('logged')
  const { stdout } = await host.stop()
  const records = stdout.split('\n').filter(line => line.startsWith('{'))
  expect(records.map(line => JSON.parse(line) as { category: string })).toEqual(
    expect.arrayContaining([expect.objectContaining({ level: 'error', category: 'Function.throws' })]),
  )
  expect(stdout).not.toContain('canary')
})
