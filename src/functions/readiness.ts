import { app } from '../lib/app.ts'
import { plainHttpFunction } from '../lib/durable/runs.ts'
import { trigger } from '../lib/http/endpoints.ts'
import { readinessDoor } from '../lib/http/readiness-door.ts'

plainHttpFunction('readiness', trigger('readiness'), readinessDoor(app))
