import { app } from '../lib/app.ts'
import { httpFunction, plainHttpFunction } from '../lib/durable/runs.ts'
import { operationDoor, reportDoor, stopOperationDoor } from '../lib/http/operations-door.ts'

httpFunction('operation', { methods: ['GET'], route: 'operations/{id}', authLevel: 'function' }, operationDoor(app))
plainHttpFunction(
  'operationReport',
  { methods: ['GET'], route: 'operations/{id}/report', authLevel: 'function' },
  reportDoor(app),
)
// A function of its own: whoever holds a key for reading cannot stop anything with it.
plainHttpFunction(
  'stopOperation',
  { methods: ['DELETE'], route: 'operations/{id}', authLevel: 'function' },
  stopOperationDoor(app),
)
