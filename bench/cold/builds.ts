/** The app in the two forms that are compared: as it is deployed, and as its files were without a bundle. */
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'rolldown'
import config from '../../rolldown.config.ts'
import { consolePage } from '../../scripts/console-page.ts'

const root = join(import.meta.dirname, '..', '..')

export interface Built {
  /** The file that the host loads. */
  readonly main: string
  /** Files that are loaded when first used. */
  readonly later: readonly string[]
  /** Of all files, without source maps. */
  readonly bytes: number
}

const builtIn = (dir: string): Built => {
  const files = readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.cjs'))
  const bytes = files.reduce((sum, file) => sum + statSync(join(dir, file)).size, 0)
  const others = files.filter(file => file !== 'index.cjs').map(file => join(dir, file))
  return { main: join(dir, 'index.cjs'), later: others, bytes }
}

export const buildBundle = async (dir: string): Promise<Built> => {
  await build({ ...config, cwd: root, logLevel: 'silent', output: { ...config.output, dir } })
  return builtIn(dir)
}

/**
 * One JavaScript file for each of ours, packages as they are in node_modules: what a compiler without a bundler gives.
 * @param dir below the project, so that its packages are found.
 */
export const buildUnbundled = async (dir: string): Promise<Built> => {
  await build({
    ...config,
    cwd: root,
    logLevel: 'silent',
    input: 'src/functions/index.ts',
    plugins: [consolePage()],
    external: id => !id.startsWith('.') && !id.startsWith('/'),
    output: {
      ...config.output,
      dir,
      sourcemap: false,
      minify: false,
      preserveModules: true,
      preserveModulesRoot: 'src/functions',
    },
  })
  return builtIn(dir)
}
