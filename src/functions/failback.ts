import { app } from '../lib/app.ts'
import { httpFunction } from '../lib/durable/runs.ts'
import { failbackDoor } from '../lib/http/failback-door.ts'

httpFunction('failback', { methods: ['POST'], route: 'failback', authLevel: 'function' }, failbackDoor(app))
