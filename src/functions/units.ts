import { app } from '../lib/app.ts'
import { plainHttpFunction } from '../lib/durable/runs.ts'
import { trigger } from '../lib/http/endpoints.ts'
import { unitsDoor } from '../lib/http/units-door.ts'

plainHttpFunction('units', trigger('units'), unitsDoor(app))
