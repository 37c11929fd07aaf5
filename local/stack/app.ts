import { copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'rolldown'
import config from '../../rolldown.config.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * Makes the app as it is deployed in a folder of its own: host.json, package.json and the bundle. A folder each, so that
 * stacks that run at the same time do not write into each other's bundle.
 *
 * @param plugins of the bundler beside those of the deployment.
 *
 * Throws one sentence when the bundle cannot be made.
 */
export const buildApp = async (dir: string, plugins: readonly Plugin[] = []): Promise<void> => {
  try {
    await mkdir(dir, { recursive: true })
    for (const name of ['host.json', 'package.json']) await copyFile(join(root, name), join(dir, name))
    await build({
      ...config,
      cwd: root,
      logLevel: 'silent',
      plugins: [config.plugins, ...plugins],
      output: { ...config.output, dir: join(dir, 'dist') },
    })
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error)
    if (/ENOSPC|no space left/i.test(text))
      throw new Error(
        `The app could not be bundled: no space left in ${dir}. Free some, or set TMPDIR to a folder with more.`,
      )
    // The first line says how many errors there are, the next the first of them, the rest draws its place.
    const reason = text.split('\n').find(line => line !== '' && !line.startsWith('Build failed')) ?? text
    throw new Error(`The app could not be bundled: ${reason.replace(/\.$/, '')}. "npm run build" shows all.`, {
      cause: error,
    })
  }
}
