/** The commands of the simulator's README, run by a shell exactly as they stand there. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { faultKinds } from '../../../../local/simulator/fault-kinds.ts'

const root = join(import.meta.dirname, '..', '..', '..', '..')
const readme = readFileSync(join(root, 'local', 'simulator', 'README.md'), 'utf8')
const blocks = [...readme.matchAll(/^```(sh|text)\n([\s\S]*?)^```$/gm)].map(([, kind, text = '']) => ({ kind, text }))
const [start, ...rest] = blocks.filter(({ kind }) => kind === 'sh').map(({ text }) => text)
const shown = blocks.filter(({ kind }) => kind === 'text').map(({ text }) => text)

const hasCurl = spawnSync('curl', ['--version']).status === 0 && process.platform !== 'win32'
const mark = '--- next block'

/** `…` stands for anything but an end of line. */
const patternOf = (text: string) => {
  const escaped = text.trimEnd().replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`^${escaped.replaceAll('…', '.*')}$`)
}

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

const shell = async (script: string, env: Record<string, string>) => {
  const child = spawn('sh', ['-c', `exec 2>&1\n${script}`], { cwd: root, env: { ...process.env, ...env } })
  let out = ''
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString()
  })
  await once(child, 'close')
  return out
}

it.skipIf(!hasCurl)('the curl lines of the README answer what it shows', async () => {
  expect(rest.length).toBe(shown.length)
  const folder = mkdtempSync(join(tmpdir(), 'simulator-readme-'))
  const env = { SIM_PORT: String(await freePort()), TMPDIR: folder }
  const simulator = spawn('sh', ['-c', start ?? ''], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  })
  try {
    let said = ''
    simulator.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString()
    })
    await expect.poll(() => said, { timeout: 60_000 }).toContain('Simulator ready')
    const out = await shell(rest.join(`\necho '${mark}'\n`), env)
    const answers = out.split(`${mark}\n`)
    for (const [index, text] of shown.entries()) expect(answers[index]?.trimEnd()).toMatch(patternOf(text))
    expect(answers).toHaveLength(shown.length)
  } finally {
    if (simulator.pid !== undefined) process.kill(-simulator.pid, 'SIGTERM')
    await once(simulator, 'close')
    rmSync(folder, { recursive: true })
  }
})

it('the README names every kind of fault', () => {
  for (const kind of faultKinds) expect(readme).toContain(`\`${kind}\``)
})
