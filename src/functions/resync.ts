import { randomUUID } from 'node:crypto'
import { app } from '../lib/app.ts'
import { httpFunction } from '../lib/durable/runs.ts'
import { resyncDoor } from '../lib/http/resync-door.ts'

httpFunction('resync', { methods: ['POST'], route: 'resync', authLevel: 'function' }, resyncDoor(app, randomUUID))
