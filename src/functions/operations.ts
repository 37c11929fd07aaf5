import { app } from '../lib/app.ts'
import { httpFunction, plainHttpFunction } from '../lib/durable/runs.ts'
import { trigger } from '../lib/http/endpoints.ts'
import { operationListDoor } from '../lib/http/operation-list.ts'
import { operationDoor, reportDoor, stopOperationDoor } from '../lib/http/operations-door.ts'

plainHttpFunction('operations', trigger('operations'), operationListDoor(app))
httpFunction('operation', trigger('operation'), operationDoor(app))
plainHttpFunction('operationReport', trigger('operationReport'), reportDoor(app))
// A function of its own: whoever holds a key for reading cannot stop anything with it.
plainHttpFunction('stopOperation', trigger('stopOperation'), stopOperationDoor(app))
