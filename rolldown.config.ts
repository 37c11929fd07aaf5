import { defineConfig } from 'rolldown'

/** The app as it is deployed: one file. Not minified, since that renames classes and with them the names of errors. */
export default defineConfig({
  input: 'src/functions/index.ts',
  platform: 'node',
  external: ['@azure/functions-core'],
  output: { file: 'dist/index.cjs', format: 'cjs', sourcemap: true, minify: false, codeSplitting: false },
})
