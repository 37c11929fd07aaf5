import { randomUUID } from 'node:crypto'
import { app } from '../lib/app.ts'
import { httpFunction } from '../lib/durable/runs.ts'
import { trigger } from '../lib/http/endpoints.ts'
import { resyncDoor } from '../lib/http/resync-door.ts'
import { newOperationId } from '../lib/sweep/operation.ts'

httpFunction(
  'resync',
  trigger('resync'),
  resyncDoor(app, () => newOperationId(Date.now(), randomUUID())),
)
