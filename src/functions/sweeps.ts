import { app } from '../lib/app.ts'
import { plainHttpFunction } from '../lib/durable/runs.ts'
import { trigger } from '../lib/http/triggers.ts'
import { later } from './later.ts'

const door = later(async () => (await import('../lib/http/sweeps-door.ts')).sweepsDoor(app))

plainHttpFunction('sweeps', trigger('sweeps'), door)
