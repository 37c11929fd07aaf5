import { app } from '../lib/app.ts'
import { httpFunction } from '../lib/durable/runs.ts'
import { trigger } from '../lib/http/triggers.ts'
import { later } from './later.ts'

const door = later(async () => (await import('../lib/http/failback-door.ts')).failbackDoor(app))

httpFunction('failback', trigger('failback'), door)
