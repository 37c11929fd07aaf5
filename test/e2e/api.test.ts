import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Stack, startStack } from '../../local/stack/stack.ts'
import { type ApiDocument, createAnswerCheck, type Door, doorAt, doorsOf } from '../support/api-contract.ts'
import { readHttpFile, runHttpFile } from '../support/http-file.ts'
import { encode, inSync, publish } from './support.ts'

let stack: Stack
let document: ApiDocument
let doors: readonly Door[]
beforeAll(async () => {
  stack = await startStack()
  document = (await (await fetch(`${stack.urls.host}/api/openapi.json`)).json()) as ApiDocument
  doors = doorsOf(document)
})
afterAll(() => stack.close())

it('the examples reach every door, succeed, and are answered as the OpenAPI document says', async () => {
  await encode(stack, 'city-at-dusk')
  await publish(stack, 'city-at-dusk', 'city-at-dusk-clear')
  await inSync(stack, 'city-at-dusk')
  const check = createAnswerCheck(document)
  const file = readHttpFile(readFileSync(new URL('../../docs/api.http', import.meta.url), 'utf8'))
  const reached = new Set<Door>()
  for (const { request, url, response, text } of await runHttpFile(file, {
    host: stack.urls.host,
    key: stack.keys.write,
  })) {
    expect(response.ok, `${request.title}: ${response.status} ${text}`).toBe(true)
    const door = doorAt(doors, request.method, url.pathname)
    if (door === undefined) throw new Error(`${request.method} ${url.pathname} is not documented`)
    reached.add(door)
    expect(check(door, { status: response.status, headers: response.headers, text })).toEqual([])
  }
  expect(doors.filter(door => !reached.has(door)).map(({ method, path }) => `${method} ${path}`)).toEqual([])
})

it('every function with a route is documented', async () => {
  const settings = await stack.api.functions()
  const routes = settings.flatMap(({ name, config }) =>
    config.bindings.some(({ type }) => type === 'httpTrigger') ? [name] : [],
  )
  expect(doors.map(({ operation }) => operation.operationId).sort()).toEqual(routes.sort())
})

it('the key for reading opens what only reads, the one for writing everything, and none of them the host', async () => {
  const status = async ({ method, path }: Door, key?: string) => {
    const url = `${stack.urls.host}${path.replace('{id}', 'nothing-there')}`
    const headers: Record<string, string> = key === undefined ? {} : { 'x-functions-key': key }
    return (await fetch(url, { method, headers, ...(method === 'POST' ? { body: '{}' } : {}) })).status
  }
  for (const door of doors) {
    const { security } = door.operation
    const keyed = security.length > 0
    const reads = door.method === 'GET'
    expect((await status(door)) === 401, `${door.operation.operationId} without a key`).toBe(keyed)
    expect((await status(door, 'wrong')) === 401, `${door.operation.operationId} with a wrong key`).toBe(keyed)
    expect((await status(door, stack.keys.read)) === 401, `${door.operation.operationId} for reading`).toBe(!reads)
    expect((await status(door, stack.keys.write)) === 401, `${door.operation.operationId} for writing`).toBe(false)
  }
  const admin = await fetch(`${stack.urls.host}/admin/functions`, { headers: { 'x-functions-key': stack.keys.write } })
  expect(admin.status).toBe(401)
})
