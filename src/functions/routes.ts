import { app } from '../lib/app.ts'
import { plainHttpFunction } from '../lib/durable/runs.ts'
import { trigger } from '../lib/http/endpoints.ts'
import { routesDoor } from '../lib/http/routes-door.ts'

plainHttpFunction('routes', trigger('routes'), routesDoor(app))
