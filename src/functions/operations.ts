import { app } from '../lib/app.ts'
import { httpFunction, plainHttpFunction } from '../lib/durable/runs.ts'
import { trigger } from '../lib/http/triggers.ts'
import { later } from './later.ts'

const doors = () => import('../lib/http/operations-door.ts')
const list = later(async () => (await import('../lib/http/operation-list.ts')).operationListDoor(app))
const operation = later(async () => (await doors()).operationDoor(app))
const report = later(async () => (await doors()).reportDoor(app))
const stop = later(async () => (await doors()).stopOperationDoor(app))

plainHttpFunction('operations', trigger('operations'), list)
httpFunction('operation', trigger('operation'), operation)
plainHttpFunction('operationReport', trigger('operationReport'), report)
// A function of its own: whoever holds a key for reading cannot stop anything with it.
plainHttpFunction('stopOperation', trigger('stopOperation'), stop)
