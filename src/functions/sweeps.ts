import { app } from '../lib/app.ts'
import { plainHttpFunction } from '../lib/durable/runs.ts'
import { trigger } from '../lib/http/endpoints.ts'
import { sweepsDoor } from '../lib/http/sweeps-door.ts'

plainHttpFunction('sweeps', trigger('sweeps'), sweepsDoor(app))
