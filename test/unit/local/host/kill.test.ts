import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { eventually, HostProcess, lines, type Status, temporaryDirectory } from './host-process.ts'

/** Where the kills fall is spread evenly over this many milliseconds, from the moment the host is ready. */
const killWindow = 120
/** A short set by default; `TWINSTREAM_KILLS=100` for a long one. */
const kills = Number(process.env.TWINSTREAM_KILLS ?? 10)

const completions = (status: Status) =>
  status.historyEvents?.filter(event => event.EventType === 'TaskCompleted').length ?? 0

describe('P3: kill -9 at any moment loses nothing', () => {
  test(`${kills} kills: every activity ends once in the history, none is lost, the counters go on`, async () => {
    using directory = temporaryDirectory()
    const state = join(directory.path, 'state')
    const settings = { FIXTURE_TRACE: join(directory.path, 'trace') }
    const steps = 30
    let host = await HostProcess.start(state, [], settings)
    await host.startOrchestration('chain', 'long', { steps, ms: 15 })
    await host.startOrchestration('fanOut', 'wide', { width: steps, ms: 40 })
    await host.startOrchestration('counter', 'anew', { count: 1, upTo: 60 })
    for (let kill = 0; kill < kills; kill += 1) {
      await new Promise(resolve => setTimeout(resolve, (kill * killWindow) / kills))
      await host.kill()
      host = await HostProcess.start(state, [], settings)
    }
    const [long, wide, anew] = [await host.ended('long'), await host.ended('wide'), await host.ended('anew')]
    const did = Array.from({ length: steps }, (_, i) => `did ${i}`)
    expect(long).toMatchObject({ runtimeStatus: 'Completed', output: did })
    expect(wide).toMatchObject({ runtimeStatus: 'Completed', output: did })
    expect(anew).toMatchObject({ runtimeStatus: 'Completed', output: 60 })
    expect(completions(await host.status('long', '?showHistory=true'))).toBe(steps)
    expect(completions(await host.status('wide', '?showHistory=true'))).toBe(steps)
    const { work } = await host.counters()
    expect(work?.succeeded).toBe(2 * steps)
    expect(work?.started).toBeGreaterThanOrEqual(
      lines(settings.FIXTURE_TRACE).filter(line => / begins$/.test(line)).length,
    )
    await host.kill()
  })

  test('an activity that was cut short runs again', async () => {
    using directory = temporaryDirectory()
    const state = join(directory.path, 'state')
    const trace = join(directory.path, 'trace')
    const first = await HostProcess.start(state, [], { FIXTURE_TRACE: trace })
    await first.startOrchestration('chain', 'cut', { steps: 1, ms: 300 })
    await eventually(() => (lines(trace).includes('work 0 begins') ? true : undefined), 'the activity to begin')
    await first.kill()
    await using second = await HostProcess.start(state, [], { FIXTURE_TRACE: trace })
    expect((await second.ended('cut')).output).toEqual(['did 0'])
    expect(lines(trace).filter(line => line.startsWith('work'))).toEqual([
      'work 0 begins',
      'work 0 begins',
      'work 0 ends',
    ])
    expect((await second.counters()).work).toEqual({ started: 2, succeeded: 1, failed: 0 })
  })

  test('timers that fell due while the host was down fire; events and suspension are kept', async () => {
    using directory = temporaryDirectory()
    const first = await HostProcess.start(directory.path)
    await first.startOrchestration('waits', 'paused')
    // Long enough that a busy machine sees it running, and kills the host before it is due.
    const due = Date.now() + 4000
    await first.startOrchestration('eventOrTimer', 'timer', { ms: 4000 })
    await first.until('timer', 'Running')
    await first.client('suspend', 'paused', 'x')
    await first.until('paused', 'Suspended')
    await first.client('raiseEvent', 'paused', 'go', 7)
    await first.kill()
    await new Promise(resolve => setTimeout(resolve, due - Date.now()))
    await using second = await HostProcess.start(directory.path)
    expect((await second.ended('timer')).output).toBe('timer')
    expect((await second.status('paused')).runtimeStatus).toBe('Suspended')
    await second.client('resume', 'paused', 'x')
    expect((await second.ended('paused')).output).toBe(7)
  })
})

describe('a changed app', () => {
  test('an orchestrator that is not deterministic any more fails, which the SDK would not notice', async () => {
    using directory = temporaryDirectory()
    const first = await HostProcess.start(directory.path)
    await first.startOrchestration('changes', 'victim')
    await eventually(async () => ((await first.counters()).plain?.succeeded === 1 ? true : undefined), 'the activity')
    await first.kill()
    await using second = await HostProcess.start(directory.path, [], { FIXTURE_VARIANT: 'changed' })
    await second.client('raiseEvent', 'victim', 'go', 1)
    expect(await second.ended('victim')).toMatchObject({
      runtimeStatus: 'Failed',
      output: expect.stringMatching(/Non-Deterministic workflow detected: .*'plain'.*'other'/),
    })
  })

  test('an instance of another version fails (Strict, Fail), a new one runs', async () => {
    using directory = temporaryDirectory()
    await using host = await HostProcess.start(directory.path)
    await host.post('/durabletask/orchestrators/chain/old?version=0', { steps: 1 })
    expect(await host.ended('old')).toMatchObject({
      runtimeStatus: 'Failed',
      output: expect.stringMatching(/version '0' .* does not match '1'/),
    })
    await host.startOrchestration('chain', 'new', { steps: 1 })
    expect((await host.ended('new')).runtimeStatus).toBe('Completed')
  })
})
