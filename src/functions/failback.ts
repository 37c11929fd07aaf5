import { app } from '../lib/app.ts'
import { httpFunction } from '../lib/durable/runs.ts'
import { trigger } from '../lib/http/endpoints.ts'
import { failbackDoor } from '../lib/http/failback-door.ts'

httpFunction('failback', trigger('failback'), failbackDoor(app))
