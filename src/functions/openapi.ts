import { plainHttpFunction } from '../lib/durable/runs.ts'
import { json } from '../lib/http/problem.ts'
import { trigger } from '../lib/http/triggers.ts'

plainHttpFunction('openapi', trigger('openapi'), async () => {
  const { openApiDocument } = await import('../lib/http/openapi.ts')
  return json(200, openApiDocument())
})
