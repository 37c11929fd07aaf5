import { app } from '../lib/app.ts'
import { httpFunction } from '../lib/durable/runs.ts'
import { liftDoor, withdrawDoor } from '../lib/http/withdraw-door.ts'

httpFunction('withdraw', { methods: ['POST'], route: 'withdraw', authLevel: 'function' }, withdrawDoor(app))
httpFunction('liftWithdrawal', { methods: ['DELETE'], route: 'withdraw', authLevel: 'function' }, liftDoor(app))
