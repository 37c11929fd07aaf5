import { expect, it } from 'vitest'
import { routesDoor } from '../../../src/lib/http/routes-door.ts'
import { sweepsDoor } from '../../../src/lib/http/sweeps-door.ts'
import { bodyOf, logging, request } from './support.ts'

const untouched = { state: 'ready', routes: new Map(), settings: { accounts: [] }, clock: () => 0 } as never

it.each([
  ['routes', routesDoor(untouched)],
  ['sweeps', sweepsDoor(untouched)],
] as const)('P8: GET /api/%s takes no query, and says so', async (_name, door) => {
  const response = await door(request({ query: { route: 'east>west' } }), logging().context)
  expect(bodyOf(response)).toMatchObject({ code: 'QueryInvalid', issues: [{ path: 'route', allowed: 'none' }] })
  expect((await door(request({ query: { code: 'a-key' } }), logging().context)).status).toBe(200)
})
