import { app } from '../lib/app.ts'
import { plainHttpFunction } from '../lib/durable/runs.ts'
import { unitsDoor } from '../lib/http/units-door.ts'

plainHttpFunction('units', { methods: ['GET'], route: 'units', authLevel: 'function' }, unitsDoor(app))
