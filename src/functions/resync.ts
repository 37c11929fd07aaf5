import { randomUUID } from 'node:crypto'
import { wholeApp } from '../lib/app.ts'
import { httpFunction } from '../lib/durable/runs.ts'
import { trigger } from '../lib/http/triggers.ts'
import { later } from './later.ts'

const door = later(async () => {
  const [{ resyncDoor }, { newOperationId }] = await Promise.all([
    import('../lib/http/resync-door.ts'),
    import('../lib/sweep/operation.ts'),
  ])
  return resyncDoor(await wholeApp(), () => newOperationId(Date.now(), randomUUID()))
})

httpFunction('resync', trigger('resync'), door)
