import { app } from '../lib/app.ts'
import { httpFunction, plainHttpFunction } from '../lib/durable/runs.ts'
import { trigger } from '../lib/http/endpoints.ts'
import { liftDoor, withdrawalsDoor, withdrawDoor } from '../lib/http/withdraw-door.ts'

httpFunction('withdraw', trigger('withdraw'), withdrawDoor(app))
httpFunction('liftWithdrawal', trigger('liftWithdrawal'), liftDoor(app))
plainHttpFunction('withdrawals', trigger('withdrawals'), withdrawalsDoor(app))
