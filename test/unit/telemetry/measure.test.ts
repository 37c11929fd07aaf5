import { expect, it } from 'vitest'
import { lazyTelemetry, type Meter } from '../../../src/lib/telemetry/measure.ts'

const counting = () => {
  const got: unknown[] = []
  const meter: Meter = {
    record: (...value) => {
      got.push(value)
    },
    flush: async () => {
      got.push('sent')
    },
  }
  return { got, meter }
}
const fail = (error: unknown) => expect.fail(String(error))

it('loads nothing until there is something to tell, and loses nothing of what is told before it has loaded', async () => {
  const { got, meter } = counting()
  let loads = 0
  const load = async () => {
    loads += 1
    return meter
  }
  const { measure, flush } = lazyTelemetry({ load, failed: fail, after: 60_000 })
  await flush()
  expect(loads).toBe(0)
  measure('twinstream.lag', 3, { route: 'east>west', kind: 'asset' })
  expect(loads).toBe(0)
  await Promise.all([flush(), flush()])
  measure('twinstream.drift', 2, { route: 'east>west', sweep: 'full' })
  expect(loads).toBe(1)
  expect(got).toEqual([
    ['twinstream.lag', 3, { route: 'east>west', kind: 'asset' }],
    'sent',
    'sent',
    ['twinstream.drift', 2, { route: 'east>west', sweep: 'full' }],
  ])
})

it('loads by itself some time after the first value', async () => {
  const loaded = Promise.withResolvers<void>()
  const load = async () => {
    loaded.resolve()
    return counting().meter
  }
  lazyTelemetry({ load, failed: fail, after: 1 }).measure('twinstream.copied', 1, { route: 'east>west' })
  await loaded.promise
})

it('P6: keeps attributes of the catalogue and no others', async () => {
  const { got, meter } = counting()
  const { measure, flush } = lazyTelemetry({ load: async () => meter, failed: fail, after: 60_000 })
  const more = { route: 'east>west', name: 'somebody', code: undefined }
  measure('twinstream.copied', 1, more)
  await flush()
  expect(got[0]).toEqual(['twinstream.copied', 1, { route: 'east>west' }])
})

it('P3: a meter that cannot be loaded says so once and stops nothing', async () => {
  const failures: unknown[] = []
  const load = () => Promise.reject(new Error('no'))
  const { measure, flush } = lazyTelemetry({ load, failed: error => failures.push(error), after: 60_000 })
  for (let times = 0; times < 2; times++) {
    measure('twinstream.copied', 1, { route: 'east>west' })
    await flush()
  }
  expect(failures).toHaveLength(1)
})
