import { app } from '../lib/app.ts'
import { plainHttpFunction } from '../lib/durable/runs.ts'
import { sweepsDoor } from '../lib/http/sweeps-door.ts'

plainHttpFunction('sweeps', { methods: ['GET'], route: 'sweeps', authLevel: 'function' }, sweepsDoor(app))
