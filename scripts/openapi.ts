/** `npm run openapi`: the OpenAPI document on stdout. `--check`: lints it and prints what is wrong. */
import { createConfig, formatProblems, getTotals, lintFromString } from '@redocly/openapi-core'
import { openApiDocument } from '../src/lib/http/openapi.ts'

const text = JSON.stringify(openApiDocument(), null, 2)

if (!process.argv.includes('--check')) console.log(text)
else {
  const config = await createConfig({
    extends: ['recommended-strict'],
    rules: {
      // Addresses below the app's own host; who deploys it has the host.
      'no-empty-servers': 'off',
      // No 4xx of an anonymous door: it takes nothing that could be wrong.
      'operation-4xx-response': 'off',
      'operation-operationId': 'error',
      'operation-operationId-unique': 'error',
      'no-required-schema-properties-undefined': 'error',
      'no-schema-type-mismatch': 'error',
    },
  })
  const problems = await lintFromString({ source: text, absoluteRef: 'openapi.json', config })
  const totals = getTotals(problems)
  formatProblems(problems, { format: 'codeframe', totals, version: '' })
  process.exitCode = totals.errors + totals.warnings > 0 ? 1 : 0
}
