import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'

const main = fileURLToPath(new URL('../../../../local/start/main.ts', import.meta.url))
const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe']
const anyPorts = ['--port', '0', '--host-port', '0', '--storage-port', '0']

interface Running {
  readonly child: ChildProcess
  readonly stdout: () => string
  readonly stderr: () => string
  readonly ended: Promise<number | null>
}

let running: Running | undefined
afterEach(async () => {
  running?.child.kill('SIGTERM')
  await running?.ended
  running = undefined
})

const start = (...args: string[]): Running => follow(spawn(process.execPath, [main, ...args], { stdio }))

const follow = (child: ChildProcess): Running => {
  const texts = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name]?.on('data', chunk => {
      texts[name] += chunk
    })
  const ended = once(child, 'close').then(([code]: unknown[]) => (typeof code === 'number' ? code : null))
  running = { child, ended, stdout: () => texts.stdout, stderr: () => texts.stderr }
  return running
}

/** Resolves when the text is on stdout, or the program has ended without it. */
const shown = ({ child, stdout, ended }: Running, text: string): Promise<unknown> => {
  const seen = new Promise<void>(resolve => {
    const look = () => stdout().includes(text) && resolve()
    child.stdout?.on('data', look)
    look()
  })
  return Promise.race([seen, ended])
}

/** The commands of one block of what is printed, run as a reader would paste them, after those of the first block. */
const paste = async (printed: string, title: string): Promise<string> => {
  const commandsOf = (heading: string) => {
    const block = printed.slice(printed.indexOf(heading)).split('\n\n')[1] ?? ''
    return block.split('\n').map(line => line.trim())
  }
  const script = [...commandsOf('First, in the same shell'), ...commandsOf(title)].join('\n')
  return (await promisify(execFile)('sh', ['-e', '-c', script])).stdout
}

/** The answer of `units` among what the commands of a block printed. */
const unitIn = (printed: string): unknown =>
  JSON.parse(printed.split('\n').find(line => line.startsWith('{"route":"east>west","kind"')) ?? '{}')

/** The commands are for a reader who has them; the demo itself needs neither. */
const hasCurl = spawnSync('sh', ['-c', 'curl --version']).status === 0

describe('npm start', () => {
  it.skipIf(!hasCurl)(
    'shows how B becomes the twin of A, and what it prints to try works; Ctrl-C ends it well',
    async () => {
      const demo = start(...anyPorts)
      await shown(demo, 'Ctrl-C ends everything')
      expect(demo.stderr()).toBe('')
      const printed = demo.stdout()
      expect(printed).toMatch(/s {2}verified: 20 files byte by byte, 2 locators/)

      const [, console_ = '', key = ''] = /Console +(\S+)\n +type in +(\S+)/.exec(printed) ?? []
      expect((await fetch(console_)).headers.get('content-type')).toContain('text/html')
      const headers = { 'x-functions-key': key }
      const readiness = await fetch(new URL('readiness', console_), { headers })
      expect(await readiness.json()).toMatchObject({ verdict: expect.stringMatching(/^(ready|limited)$/) })

      const published = await paste(printed, 'Publish another title')
      expect(published).toContain('"outcome":"inSync"')
      expect(published).toMatch(/contosowest\/streamingLocators\/encore-clear/)
      const edited = await paste(printed, 'Edit a policy')
      expect(edited.split('\n').at(-2)).toContain('"description":"Viewers of the premiere"')
      const compared = await paste(printed, 'Compare the whole route')
      expect(compared).toContain('"status":"succeeded"')
      expect(compared).toContain('"name":"encore"')
      const down = await paste(printed, 'Take region A down')
      expect(unitIn(down)).toMatchObject({ name: 'city-at-dusk', outcome: 'waiting', code: 'SourceUnavailable' })
      expect(down).toContain('"streamingPaths":[{')
      const back = await paste(printed, 'Bring region A back')
      // Tried again, or found by a sweep, whichever is first; nobody asked for it.
      expect(unitIn(back)).toMatchObject({ outcome: 'inSync', reason: expect.stringMatching(/^(retry|sweep)$/) })

      demo.child.kill('SIGINT')
      expect(await demo.ended).toBe(0)
    },
  )

  // npm runs a script in a shell. A signal to npm ends that shell only.
  it.skipIf(process.platform === 'win32')('ends when the shell that npm started it in is gone', async () => {
    const env = { ...process.env, npm_lifecycle_event: 'start' }
    const demo = follow(spawn('sh', ['-c', '"$0" "$@"; exit', process.execPath, main, ...anyPorts], { stdio, env }))
    await shown(demo, 'media accounts on')
    demo.child.kill('SIGTERM')
    // Only when the demo has closed its end of the pipes too.
    await demo.ended
    expect(demo.stderr()).toBe('npm start: Stopped, since npm has ended.\n')
  })

  it.skipIf(process.platform !== 'linux')('ends when npm is killed, of which the shell hears nothing', async () => {
    const env = { ...process.env, npm_lifecycle_event: 'start' }
    const shell = `sh -c '"$0" "$@"; exit' "$0" "$@"; exit`
    const demo = follow(spawn('sh', ['-c', shell, process.execPath, main, ...anyPorts], { stdio, env }))
    await shown(demo, 'starting storage')
    demo.child.kill('SIGKILL')
    await demo.ended
    expect(demo.stderr()).toBe('npm start: Stopped, since npm has ended.\n')
  })

  it.skipIf(process.platform === 'win32')('ends as well when its terminal is closed', async () => {
    const demo = start(...anyPorts)
    await shown(demo, 'starting storage')
    demo.child.kill('SIGHUP')
    expect(await demo.ended).toBe(1)
    expect(demo.stderr()).toBe('npm start: Stopped by SIGHUP.\n')
  })

  it('names the option for the very port that is taken, before anything is started', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    for (const [option, user] of [
      ['--port', 'the media accounts'],
      ['--host-port', 'the app'],
      ['--storage-port', 'the blob storage'],
    ] as const) {
      const demo = start(...anyPorts, option, String(port))
      expect(await demo.ended).toBe(1)
      expect(demo.stdout()).toBe('')
      expect(demo.stderr()).toBe(
        `npm start: Port ${port} for ${user} is taken: end what uses it, or choose another with ${option}; 0 takes any free one.\n`,
      )
    }
    server.close()
  })

  it('--help explains itself, and what it does not know gets an answer', async () => {
    const help = start('--help')
    expect(await help.ended).toBe(0)
    expect(help.stdout()).toContain('--storage-port')
    const wrong = start('--onec')
    expect(await wrong.ended).toBe(2)
    expect(wrong.stderr()).toContain("npm start: Unknown option '--onec'")
    expect(wrong.stdout()).toBe('')
  })
})
