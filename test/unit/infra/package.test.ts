/** What is uploaded: the tree without what `.funcignore` names, which has the rules of `.gitignore`. */
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildApp } from '../../../local/stack/app.ts'

const root = join(import.meta.dirname, '..', '..', '..')
let scratch = ''
let packed: ReadonlySet<string> = new Set()

const run = (cwd: string, args: readonly string[], input = ''): string => {
  const { stdout, status, stderr } = spawnSync('git', args, { cwd, input, encoding: 'utf8', maxBuffer: 64e6 })
  if (status === null || status > 1) throw new Error(stderr)
  return stdout
}
const lines = (text: string) => text.split('\n').filter(line => line !== '')

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'twinstream-package-'))
  await buildApp(join(scratch, 'app'))
  run(scratch, ['init', '-q'])
  copyFileSync(join(root, '.funcignore'), join(scratch, '.gitignore'))
  const built = lines(run(scratch, ['ls-files', '--others', '--', 'app/dist'])).map(file => file.replace('app/', ''))
  const tree = [...lines(run(root, ['ls-files'])), ...built, 'node_modules/zod/index.js', 'local.settings.json']
  const left = new Set(lines(run(scratch, ['check-ignore', '--no-index', '--stdin'], tree.join('\n'))))
  packed = new Set(tree.filter(file => !left.has(file)))
})
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

describe('the deployment package', () => {
  it('is the settings of the host, the entry of the app, and what that loads', () => {
    const others = [...packed].filter(file => !/^dist\/[\w-]+\.cjs$/.test(file))
    expect(new Set(others)).toEqual(new Set(['host.json', 'package.json']))
    expect(packed).toContain('dist/index.cjs')
  })

  it('has no file that nothing loads', () => {
    const loaded = new Set<string>()
    const follow = (file: string): void => {
      if (loaded.has(file)) return
      loaded.add(file)
      const text = readFileSync(join(scratch, 'app', 'dist', file), 'utf8')
      for (const [, other = ''] of text.matchAll(/require\("\.\/([\w-]+\.cjs)"\)/g)) follow(other)
    }
    follow('index.cjs')
    const built = [...packed].filter(file => file.startsWith('dist/')).map(file => file.slice('dist/'.length))
    expect(new Set(built)).toEqual(loaded)
  })
})
