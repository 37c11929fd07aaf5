import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { ContainerSASPermissions, generateBlobSASQueryParameters, type UserDelegationKey } from '@azure/storage-blob'
import { afterEach, expect, test } from 'vitest'
import { Secret } from '../../../src/lib/secret.ts'
import { copyContainer } from '../../../src/lib/storage/copy.ts'
import { createDelegation } from '../../../src/lib/storage/delegation.ts'
import type { Container } from '../../../src/lib/storage/ports.ts'
import { startCopyServer } from './support/copy-server.ts'
import { delegationKey, delegationKeyXml } from './support/delegation-key.ts'
import { blobItem, containerAt } from './support/listing-server.ts'

const hour = 3_600_000

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

/** A storage account that only hands out keys. @param refuse what it answers instead, as long as that is a status. */
const serve = async (refuse: () => number | undefined = () => undefined) => {
  const asked: { url: string | undefined; method: string | undefined; token: string | undefined; body: string }[] = []
  const server = http.createServer(async (request, response) => {
    const body = await text(request)
    asked.push({ url: request.url, method: request.method, token: request.headers.authorization, body })
    const status = refuse()
    if (status !== undefined) return void response.writeHead(status).end()
    response.end(delegationKeyXml(body))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const state = { now: Date.UTC(2026, 0, 1, 12) }
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const delegation = createDelegation(
    'contoso',
    endpoint,
    async () => new Secret('token'),
    () => state.now,
  )
  return { asked, state, endpoint, delegation }
}

const queryOf = async (container: Container): Promise<URLSearchParams> => {
  const access = await container.access()
  return new URLSearchParams(access.kind === 'sas' ? access.query.reveal() : '')
}

test.each(['rl', 'rlt'])('a SAS of %s is what the SDK would sign', async permissions => {
  const { asked, state, endpoint, delegation } = await serve()
  const container = await delegation.open('asset-1', permissions)
  expect(container.url).toBe(`${endpoint}/asset-1`)
  expect(asked).toEqual([
    expect.objectContaining({ method: 'POST', url: '/?restype=service&comp=userdelegationkey', token: 'Bearer token' }),
  ])
  const [startsOn, expiresOn] = [new Date(state.now - hour / 4), new Date(state.now + 12 * hour)]
  const key: UserDelegationKey = {
    signedObjectId: 'oid',
    signedTenantId: 'tid',
    signedStartsOn: startsOn,
    signedExpiresOn: expiresOn,
    signedService: 'b',
    signedVersion: '2025-05-05',
    value: delegationKey,
  }
  const wanted = generateBlobSASQueryParameters(
    {
      containerName: 'asset-1',
      permissions: ContainerSASPermissions.parse(permissions),
      startsOn,
      expiresOn,
      version: '2022-11-02',
    },
    key,
    'contoso',
  )
  const ours = await queryOf(container)
  expect(Object.fromEntries(ours)).toEqual(Object.fromEntries(new URLSearchParams(wanted.toString())))
})

test('P3: one key serves all containers, and both are renewed before they end', async () => {
  const { asked, state, delegation } = await serve()
  const [a, b] = await Promise.all([delegation.open('a', 'rl'), delegation.open('b', 'rl')])
  await Promise.all([a.access(), b.access()])
  expect(asked).toHaveLength(1)
  state.now += 11 * hour + 55 * 60_000
  for (const { access } of [a, b]) {
    const end = Date.parse((await queryOf({ url: '', access })).get('se') ?? '')
    expect(end).toBeGreaterThan(state.now + hour)
  }
  expect(asked).toHaveLength(2)
})

test('P3: in a copy that takes longer than its SAS, the SAS is renewed before it ends', async () => {
  let now = Date.UTC(2026, 0, 1, 12)
  const ends = new Set<string | null>()
  const rows = Array.from({ length: 120 }, (_, index) => blobItem(`segment-${String(index).padStart(3, '0')}.mp4`))
  const copied = (from: string) => {
    ends.add(new URL(from).searchParams.get('se'))
    now += hour / 4
    return 'done' as const
  }
  const server = await startCopyServer(
    rows,
    (_, __, ___, from) => copied(from),
    () => now,
  )
  closing.push(() => void server.close())
  const delegation = createDelegation(
    'contoso',
    server.url,
    async () => new Secret('token'),
    () => now,
  )
  const copy = copyContainer({
    source: await delegation.open('source', 'rl'),
    target: containerAt(`${server.url}/target`),
    concurrency: 1,
  })
  expect(await copy).toMatchObject({ copied: rows.length, left: 0 })
  // Thirty hours, by keys that live for twelve.
  expect(ends.size).toBe(3)
})

test('P8: an identity that may not sign is unauthorized at the source, and asked again the next time', async () => {
  let status: number | undefined = 403
  const { delegation } = await serve(() => status)
  await expect(delegation.open('a', 'rl')).rejects.toMatchObject({ kind: 'unauthorized', side: 'source' })
  status = undefined
  expect((await queryOf(await delegation.open('a', 'rl'))).get('sp')).toBe('rl')
})
