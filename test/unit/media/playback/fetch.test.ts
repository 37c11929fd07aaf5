import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { playerFetch } from '../../../../src/lib/media/playback/fetch.ts'

let server: Server
const asked: (string | undefined)[] = []
beforeAll(async () => {
  server = createServer(({ url }, response) => {
    asked.push(url)
    response.writeHead(url === '/moved.example/' ? 302 : 200, { location: '/elsewhere' }).end('0123456789')
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
})
afterAll(() => new Promise(done => server.close(done)))

const fetch = (url: string) => {
  const { port } = server.address() as AddressInfo
  const ours = ['ours.example', 'moved.example']
  return playerFetch(
    host => ours.includes(host),
    host => `http://127.0.0.1:${port}/${host}`,
    5_000,
  )(url, 4)
}

it('asks hosts that are known, reads the beginning of what comes, and follows nobody elsewhere', async () => {
  const { status, bytes, foreign } = await fetch('https://ours.example:8443/film?a=b')
  expect([status, Buffer.from(bytes).toString(), foreign]).toEqual([200, '0123', undefined])
  expect((await fetch('https://moved.example/')).status).toBe(302)
  expect(asked).toEqual(['/ours.example:8443/film?a=b', '/moved.example/'])
})

it.each([
  ['https://elsewhere.example/', 'elsewhere.example'],
  ['https://169.254.169.254/metadata/identity', '169.254.169.254'],
  ['https://ours.example@10.0.0.4/', '10.0.0.4'],
  ['https://ours.example.elsewhere.example/', 'ours.example.elsewhere.example'],
  ['https://[::1]:8443/', '[::1]:8443'],
  ['http://ours.example/', undefined],
  ['file:///etc/passwd', undefined],
  ['not an address', undefined],
])('asks nobody for %s, and names the host', async (url, foreign) => {
  const before = asked.length
  const got = await fetch(url)
  expect([got.status, got.foreign]).toEqual([0, foreign])
  expect(asked.length).toBe(before)
})
