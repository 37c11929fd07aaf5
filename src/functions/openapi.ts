import { plainHttpFunction } from '../lib/durable/runs.ts'
import { json } from '../lib/http/problem.ts'
import { trigger } from '../lib/http/triggers.ts'
import { once } from '../lib/once.ts'

/** Anybody may ask for it, and making it costs a tenth of a second. */
const document = once(async () => (await import('../lib/http/openapi.ts')).openApiDocument())

plainHttpFunction('openapi', trigger('openapi'), async () => json(200, await document()))
