import { defineConfig } from 'rolldown'
import { consolePage } from './scripts/console-page.ts'
import { deferPackages, deferredPackages } from './scripts/deferred-packages.ts'

/**
 * The app as it is deployed: what the first event needs in one file, and what is loaded later in files of its own.
 * Names stay, since the engine and the SDKs put those of classes into errors; blanks and comments go, since a new
 * instance has to read them all.
 */
export default defineConfig({
  input: { index: 'src/functions/index.ts', ...deferredPackages() },
  platform: 'node',
  external: ['@azure/functions-core'],
  plugins: [consolePage(), deferPackages()],
  output: {
    dir: 'dist',
    cleanDir: true,
    entryFileNames: '[name].cjs',
    chunkFileNames: '[name].cjs',
    format: 'cjs',
    sourcemap: true,
    minify: { mangle: false, compress: false, codegen: { removeWhitespace: true } },
  },
})
