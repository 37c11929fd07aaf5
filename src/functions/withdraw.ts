import { wholeApp } from '../lib/app.ts'
import { httpFunction, plainHttpFunction } from '../lib/durable/runs.ts'
import { trigger } from '../lib/http/triggers.ts'
import { later } from './later.ts'

const doors = () => import('../lib/http/withdraw-door.ts')
const withdraw = later(async () => (await doors()).withdrawDoor(await wholeApp()))
const lift = later(async () => (await doors()).liftDoor(await wholeApp()))
const withdrawals = later(async () => (await doors()).withdrawalsDoor(await wholeApp()))

httpFunction('withdraw', trigger('withdraw'), withdraw)
httpFunction('liftWithdrawal', trigger('liftWithdrawal'), lift)
plainHttpFunction('withdrawals', trigger('withdrawals'), withdrawals)
