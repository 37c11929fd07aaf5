import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { manualClock, millisecondsOf, movableClock, systemClock } from '../../../../local/simulator/clock.ts'
import { type FaultGround, startFaultGround } from './fault-ground.ts'

describe('a clock that is moved', () => {
  const start = new Date('2026-01-01T00:00:00Z')
  const both = () => {
    const base = manualClock(start)
    const clock = movableClock(base)
    const log: string[] = []
    const note = (name: string) => () => log.push(`${name} ${millisecondsOf(clock.ticks()) - start.getTime()}`)
    return { base, clock, log, note }
  }

  it('runs on, and its timers with it', () => {
    const { base, clock, log, note } = both()
    clock.advance(1000)
    clock.after(500, note('timer'))
    base.advance(499)
    expect(log).toEqual([])
    base.advance(1)
    expect(log).toEqual(['timer 1500'])
  })

  it('runs what it passes in order of due time, each at its time, what they start as well, and once', () => {
    const { base, clock, log, note } = both()
    clock.after(300, note('late'))
    clock.after(100, () => {
      note('early')()
      clock.after(100, note('from early'))
    })
    const cancel = clock.after(200, note('canceled'))
    clock.after(2000, note('later'))
    cancel()
    clock.advance(1000)
    expect(log).toEqual(['early 100', 'from early 200', 'late 300'])
    base.advance(999)
    expect(log).toHaveLength(3)
    base.advance(1)
    expect(log.at(3)).toBe('later 2000')
  })
})

describe('POST /_sim/clock moves every rule of the simulator', () => {
  let ground: FaultGround
  beforeAll(async () => {
    ground = await startFaultGround()
  })
  afterAll(() => ground[Symbol.asyncDispose]())

  const now = async () => Date.parse((await ground.east('GET', '/_sim/clock')).body.now)
  const advance = async (seconds: number) =>
    expect((await ground.east('POST', '/_sim/clock', { advance: seconds })).status).toBe(200)

  it('shows and moves the time', async () => {
    const before = await now()
    await advance(90)
    expect((await now()) - before).toBe(90_000)
    const to = new Date(before + 600_000).toISOString()
    expect((await ground.east('POST', '/_sim/clock', { to })).status).toBe(200)
    expect(await now()).toBe(before + 600_000)
  })

  it.each([
    {},
    { advance: -1 },
    { advance: '5' },
    { to: 'tomorrow' },
    { to: '2001-01-01T00:00:00Z' },
    { by: 5 },
    // Times that cannot be written would end every answer from then on.
    { advance: 1e300 },
    { advance: 3e11 },
    { to: '9999-12-31T23:59:59Z' },
  ])('refuses %j and says what is allowed', async body => {
    const before = await now()
    const answer = await ground.east('POST', '/_sim/clock', body)
    expect(answer.status).toBe(400)
    expect(answer.body.problems[0]).toContain('advance')
    expect(await now()).toBe(before)
  })

  it('a SAS expires, as an address and as the source of a copy', async () => {
    await ground.east('PUT', 'assets/sas', { properties: { container: 'sas' } })
    await ground.blob('PUT', 'sas/a', 'bytes')
    const expiryTime = new Date((await now()) + 600_000).toISOString()
    const { body } = await ground.east('POST', 'assets/sas/listContainerSas', { permissions: 'Read', expiryTime })
    const source = String(body.assetContainerSasUrls[0]).replace('?', '/a?')
    const copy = (name: string) =>
      ground.blob('PUT', `sas/${name}`, undefined, { 'x-ms-copy-source': source, 'x-ms-requires-sync': 'true' })
    expect([(await fetch(source)).status, (await copy('b')).status]).toEqual([200, 202])
    await advance(601)
    expect([(await fetch(source)).status, (await copy('c')).status]).toEqual([403, 403])
    expect((await ground.blob('GET', 'sas/c')).status).toBe(404)
  })

  it('a token expires', async () => {
    const rule = { token: 'brief', grants: { '*': 'Owner' }, expires: new Date((await now()) + 60_000).toISOString() }
    expect((await ground.east('PUT', '/_sim/tokens', rule)).status).toBe(200)
    const status = async () => (await ground.east('GET', 'assets', undefined, { authorization: 'Bearer brief' })).status
    expect(await status()).toBe(200)
    await advance(60)
    expect(await status()).toBe(401)
  })

  it('a job goes on, and with it its events', async () => {
    await ground.east('PUT', 'assets/in', {})
    await ground.east('PUT', 'transforms/encode', {
      properties: {
        outputs: [
          {
            preset: { '@odata.type': '#Microsoft.Media.BuiltInStandardEncoderPreset', presetName: 'AdaptiveStreaming' },
          },
        ],
      },
    })
    await ground.east('PUT', 'transforms/encode/jobs/one', {
      properties: {
        input: { '@odata.type': '#Microsoft.Media.JobInputAsset', assetName: 'in' },
        outputs: [{ '@odata.type': '#Microsoft.Media.JobOutputAsset', assetName: 'in' }],
      },
    })
    const state = async () => (await ground.east('GET', 'transforms/encode/jobs/one')).body.properties.state
    expect(await state()).toBe('Scheduled')
    await advance(0.2)
    expect(await state()).toBe('Processing')
    await advance(0.4)
    await expect.poll(state).toBe('Finished')
  })

  it('a long-running operation ends', async () => {
    const { headers } = await ground.east('POST', 'streamingEndpoints/default/start')
    const poll = async () =>
      (await ground.east('GET', new URL(headers.get('azure-asyncoperation') ?? '').pathname)).body.status
    expect(await poll()).toBe('InProgress')
    await advance(1)
    expect(await poll()).toBe('Succeeded')
  })

  it('the window of a rate limit ends', async () => {
    await ground.east('PATCH', '/_sim/switches', { hourlyCalls: { deletes: 1 } })
    const status = async () => (await ground.east('DELETE', 'transforms/nothing')).status
    expect([await status(), await status()]).toEqual([204, 429])
    await advance(3600)
    expect(await status()).toBe(204)
  })

  it('a failed delivery is tried again', async () => {
    ground.webhook.behave = () => 500
    await ground.subscribe('all')
    await ground.publish('one')
    await ground.received(1)
    ground.webhook.behave = () => 200
    await ground.tried(1)
    await advance(10)
    expect(await ground.received(2)).toEqual(['one', 'one'])
  })
})

it('what is due in a year does not come at once', () => {
  vi.useFakeTimers()
  try {
    const due: string[] = []
    const year = 365 * 24 * 60 * 60_000
    const cancel = systemClock().after(year, () => due.push('cancelled'))
    systemClock().after(year, () => due.push('kept'))
    vi.advanceTimersByTime(year / 2)
    cancel()
    vi.advanceTimersByTime(year / 2 - 1)
    expect(due).toEqual([])
    vi.advanceTimersByTime(1)
    expect(due).toEqual(['kept'])
  } finally {
    vi.useRealTimers()
  }
})
