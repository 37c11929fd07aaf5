import { plainHttpFunction } from '../lib/durable/runs.ts'
import { trigger } from '../lib/http/endpoints.ts'
import { openApiDocument } from '../lib/http/openapi.ts'
import { json } from '../lib/http/problem.ts'

plainHttpFunction('openapi', trigger('openapi'), async () => json(200, openApiDocument()))
