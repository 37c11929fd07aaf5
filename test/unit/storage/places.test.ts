/** How many copies are under way at once, and who gets the next place. */
import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { copyContainer } from '../../../src/lib/storage/copy.ts'
import { Pacer } from '../../../src/lib/storage/pacer.ts'
import { type CopyServer, startCopyServer, type Verdict } from './support/copy-server.ts'
import { ordinally } from './support/gather.ts'
import { blobItem, containerAt } from './support/listing-server.ts'

const rows = (count: number) =>
  Array.from({ length: count }, (_, index) => blobItem(`segment-${String(index).padStart(5, '0')}.mp4`))

const servers: CopyServer[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})
const serve = async (...args: Parameters<typeof startCopyServer>) => {
  const server = await startCopyServer(...args)
  servers.push(server)
  return server
}

/** Pauses pass as turns of the event loop, a longer one later, whatever the machine is doing. */
const effects = {
  async wait(milliseconds: number) {
    for (let turns = 0; turns < milliseconds / 10; turns++) await turn()
  },
  random: () => 0.5,
}

test.each([
  ['busy', 'busy'],
  ['too slow', 'tooSlow'],
] as const)('P9: a service that is %s is asked for less until it copes, and for all again then', async (_, trouble) => {
  let limit = 4
  const lately: number[] = []
  const server = await serve(rows(300), async (_, inFlight) => {
    lately.push(inFlight)
    for (let turns = 0; turns < 5; turns++) await turn()
    return inFlight > limit ? trouble : 'done'
  })
  let now = 0
  // A clock on which every bunch of refusals is one of its own.
  const pacer = new Pacer(32, () => (now += 1_000))
  const copy = (container: string) =>
    copyContainer({
      source: containerAt(`${server.url}/source`),
      target: containerAt(`${server.url}/${container}`),
      pacer,
      effects,
    })
  expect(await copy('first')).toMatchObject({ copied: 300, left: 0 })
  expect(Math.max(...lately.slice(0, 100))).toBeGreaterThan(limit + 2)
  expect(Math.max(...lately.slice(-100))).toBeLessThanOrEqual(limit + 2)
  expect(server.busy).toBeLessThan(150)

  limit = Number.POSITIVE_INFINITY
  expect(await copy('second')).toMatchObject({ copied: 300, left: 0 })
  expect(pacer.allowed).toBeGreaterThan(20)
})

test('P4: an asset that comes later gets its share at once from one that has much to copy', async () => {
  let first = 0
  const server = await serve(rows(400), async (container): Promise<Verdict> => {
    await turn()
    if (container === 'first') first++
    return 'done'
  })
  const small = await serve(rows(20), async (): Promise<Verdict> => {
    await turn()
    return 'done'
  })
  const pacer = new Pacer(4, Date.now)
  const copy = ({ url }: CopyServer, container: string) =>
    copyContainer({ source: containerAt(`${url}/source`), target: containerAt(`${url}/${container}`), pacer })
  const large = copy(server, 'first')
  while (first < 50) await turn()
  const before = first
  expect(await copy(small, 'second')).toMatchObject({ copied: 20 })
  // Turn and turn about, its listing's time included: not after all the others.
  expect(first - before).toBeLessThan(200)
  expect(await large).toMatchObject({ copied: 400 })
  expect(server.mostInFlight).toBeLessThanOrEqual(4)
})

test('P3: who wants it to end waits for what is under way, and nothing else is begun', async () => {
  const server = await serve(rows(200), async (): Promise<Verdict> => {
    await turn()
    return 'done'
  })
  // A clock on which it is time to ask before every blob.
  let now = 0
  const { copied, left, leftAt } = await copyContainer({
    source: containerAt(`${server.url}/source`),
    target: containerAt(`${server.url}/target`),
    concurrency: 4,
    clock: () => (now += 2_000),
    until: ({ blobs }) => blobs >= 50,
  })
  expect(copied).toBeGreaterThanOrEqual(50)
  expect(copied).toBeLessThanOrEqual(50 + 4)
  expect([server.asked, server.inFlight, server.done('target')]).toEqual([copied, 0, copied])
  expect([copied + left, leftAt]).toEqual([200, rows(200)[copied]?.name])
})

test('up to 256 MiB a blob is one request, and one byte more makes it blocks of 32 MiB', async () => {
  const most = 256 * 1024 * 1024
  const requests: string[] = []
  const server = await serve([blobItem('blocks', { size: most + 1 }), blobItem('whole', { size: most })], (...args) => {
    requests.push(args[2].replace(/&?(blockid|sv)=.*/, ''))
    return 'done'
  })
  const [source, target] = [containerAt(`${server.url}/source`), containerAt(`${server.url}/target`)]
  expect(await copyContainer({ source, target })).toMatchObject({ copied: 2, copiedBytes: 2 * most + 1, left: 0 })
  expect(requests.toSorted(ordinally)).toEqual([
    ...Array(9).fill('blocks?comp=block'),
    'blocks?comp=blocklist',
    'whole?',
  ])
})

test('connections are used again: no more of them than copies at once', async () => {
  const sockets = new Set<unknown>()
  const server = await serve(rows(100), () => 'done')
  const { Agent } = await import('node:http')
  const createConnection = Agent.prototype.createConnection
  Agent.prototype.createConnection = function (...args: Parameters<typeof createConnection>) {
    const socket = createConnection.apply(this, args)
    sockets.add(socket)
    return socket
  }
  try {
    await copyContainer({
      source: containerAt(`${server.url}/source`),
      target: containerAt(`${server.url}/target`),
      concurrency: 8,
    })
  } finally {
    Agent.prototype.createConnection = createConnection
  }
  expect(server.done('target')).toBe(100)
  // The two listings have begun before.
  expect(sockets.size).toBeLessThanOrEqual(8 + 2)
})
