/**
 * The console as one page: script and style stand in it, and a policy with their hashes lets nothing else in. The bundle
 * of the app holds it as text, so that a deployment has no files to serve.
 */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'rolldown'

const file = (name: string): string => fileURLToPath(new URL(`../src/console/${name}`, import.meta.url))

const scriptOf = async (): Promise<string> => {
  const { output } = await build({
    input: file('main.ts'),
    platform: 'browser',
    write: false,
    logLevel: 'silent',
    output: { format: 'iife', minify: true },
  })
  // Text of the script must not end the element that it stands in.
  return output[0].code.trim().replaceAll('</', '<\\/')
}

const source = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

const policyOf = (script: string, styles: readonly string[]): string =>
  [
    "default-src 'none'",
    `script-src ${source(script)}`,
    `style-src ${styles.map(source).join(' ')}`,
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ')

const stylesheet = /<link rel="stylesheet" href="([^"]+)">/g

/** The page, and the value of its `content-security-policy` header. Throws when its script cannot be bundled. */
export const buildConsolePage = async (): Promise<{
  readonly html: string
  readonly contentSecurityPolicy: string
}> => {
  const [page, script] = await Promise.all([readFile(file('page.html'), 'utf8'), scriptOf()])
  const names = [...page.matchAll(stylesheet)].map(([, name = '']) => name)
  const styles = await Promise.all(names.map(name => readFile(file(name), 'utf8')))
  const html = page
    .replaceAll(stylesheet, (_, name: string) => `<style>${styles[names.indexOf(name)]}</style>`)
    .replace('<script src="main.ts"></script>', () => `<script>${script}</script>`)
  return { html, contentSecurityPolicy: policyOf(script, styles) }
}

/** Lets `src/console/page.html` be imported as what `page.d.html.ts` declares. */
export const consolePage = (): Plugin => ({
  name: 'console-page',
  load: {
    filter: { id: /[\\/]src[\\/]console[\\/]page\.html$/ },
    async handler() {
      const exports = Object.entries(await buildConsolePage())
      return {
        code: exports.map(([name, text]) => `export const ${name} = ${JSON.stringify(text)}\n`).join(''),
        moduleType: 'js',
      }
    },
  },
})
