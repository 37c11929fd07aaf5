/** Links, paths and commands in the documents: what they name is there, and what they tell people to run is run. */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..', '..', '..')
const read = (file: string) => readFileSync(join(root, file), 'utf8')
const folders = '{docs,bench,local,test,infra}'
const pages = globSync(['*.md', `${folders}/**/*.md`], { cwd: root }).filter(file => file !== 'CHANGELOG.md')
/** Decisions stay as they were written. */
const living = pages.filter(file => !file.startsWith('docs/decisions/0'))

const prose = (text: string) => text.replaceAll(/^```[\s\S]*?^```$/gm, '')
const slug = (title: string) =>
  title
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-')
const anchorsOf = (file: string) =>
  file.endsWith('.md') ? [...read(file).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => slug(title)) : []

describe('documents', () => {
  it.each(pages)('%s: every link leads to something', page => {
    const broken = [...prose(read(page)).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target = '']) => target)
      .filter(target => !/^[a-z]+:/.test(target))
      .filter(target => {
        const [path = '', anchor] = target.split('#')
        const file = path === '' ? page : join(dirname(page), path)
        return !existsSync(join(root, file)) || (anchor !== undefined && !anchorsOf(file).includes(anchor))
      })
    expect(broken).toEqual([])
  })

  it.each(living)('%s: every path in it is there', page => {
    const named = [...prose(read(page)).matchAll(/`((?:src|local|test|docs|scripts|infra|bench)\/[\w./{},*-]+)`/g)]
    const missing = named.map(([, path = '']) => path).filter(path => globSync(path, { cwd: root }).length === 0)
    expect(missing).toEqual([])
  })
})

const scripts: Readonly<Record<string, string>> = JSON.parse(read('package.json')).scripts
const named = new Set(
  living
    .flatMap(page => [...read(page).matchAll(/npm (?:run (?:-s |--silent )?([\w:-]+)|(test|start)\b)/g)])
    .map(([, script, own]) => script ?? own ?? ''),
)
const runners = globSync(['test/**/*.ts'], { cwd: root }).filter(file => !file.endsWith('documents.test.ts'))
const texts = [...runners, '.ci/run', 'scripts/verify.ts'].map(read)

/** What a machine of CI lacks; the documents say so beside the command. */
const notes: Readonly<Record<string, RegExp>> = {
  subscribe: /Event Grid subscriptions of a deployment/,
  'start:func': /where Core Tools are installed/,
  sample: /needs ffmpeg/,
  // The same tests are in `npm test`, with fewer requests.
  'test:doors': /N hostile requests/,
}

describe('commands in the documents', () => {
  it.each([...named])('npm run %s is there, and a test, CI or a note beside it shows that it works', script => {
    const command = scripts[script]
    expect(command).toBeDefined()
    const note = notes[script]
    if (note !== undefined) {
      const beside = living.flatMap(page =>
        read(page)
          .split('\n')
          .filter(line => line.includes(`npm run ${script}`)),
      )
      return expect(beside.filter(line => note.test(line))).not.toEqual([])
    }
    // A tool, such as the formatter, is shown by being run at all.
    const entry = /[\w/-]+\.(?:ts|mjs)/.exec(command ?? '')?.[0] ?? `'${command?.split(' ')[0]}'`
    const quoted = entry
      .split('/')
      .slice(1)
      .map(part => `'${part}'`)
      .join(', ')
    const shown = texts.some(text =>
      [`npm run ${script}`, `npm run --silent ${script}`, `npm ${script}`, entry, quoted].some(
        way => way !== undefined && way !== '' && text.includes(way),
      ),
    )
    expect(shown ? [] : [script, command]).toEqual([])
  })
})
