import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Stack, startStack } from '../../local/stack/stack.ts'
import { activities, deliver, encode, eventually, inSync, jobFinished, unit, withCode, writesTo } from './support.ts'

let stack: Stack
beforeAll(async () => {
  stack = await startStack()
})
afterAll(() => stack.close())

const started = async () => Object.values(await activities(stack)).reduce((sum, count) => sum + count, 0)

describe('Event Grid bodies', () => {
  const event = (more: object) => ({ ...jobFinished(stack, 'nothing-there'), ...more })
  const output = (more: object) => ({
    '@odata.type': '#Microsoft.Media.JobOutputAsset',
    assetName: 'a',
    error: null,
    progress: 100,
    state: 'Finished',
    ...more,
  })

  it('no JSON is refused by the host', async () => {
    expect((await deliver(stack, '{"id":')).status).toBe(400)
    expect((await deliver(stack, '')).status).toBe(400)
    // Event Grid delivers objects only.
    expect((await deliver(stack, '[null]')).status).toBe(400)
    expect((await deliver(stack, '[7]')).status).toBe(400)
  })

  it.each([
    ['an unknown type', () => [event({ eventType: 'Contoso.Something' })]],
    [
      'an unlisted topic',
      () => [event({ topic: '/subscriptions/x/resourceGroups/y/providers/Microsoft.Media/mediaservices/z' })],
    ],
    [
      'a locator event on the topic of a media account',
      () => [event({ eventType: 'Twinstream.LocatorCreated', data: { locatorName: 'l', assetName: 'a' } })],
    ],
    ['a subject that is no job', () => [event({ subject: '/elsewhere' })]],
    [
      'an output with an error',
      () => [
        event({
          data: {
            outputs: [output({ state: 'Error', error: { code: 'ServiceError', message: 'x' } })],
            state: 'Error',
          },
        }),
      ],
    ],
    ['no outputs', () => [event({ data: { state: 'Finished' } })]],
    ['outputs of a wrong shape', () => [event({ data: { outputs: 'all of them' } })]],
    ['no data', () => [event({ data: undefined })]],
    ['a name too long', () => [event({ data: { outputs: [output({ assetName: 'n'.repeat(261) })] } })]],
    ['a megabyte', () => [event({ data: { outputs: [output({ label: 'x'.repeat(1_000_000), state: 'Error' })] } })]],
    ['a subject of a megabyte', () => [event({ subject: `transforms/${'x'.repeat(1_000_000)}/jobs/j` })]],
  ])('%s is taken, and starts nothing', async (_what, body) => {
    const before = await started()
    expect((await deliver(stack, JSON.stringify(body()))).status).toBe(202)
    expect(await started()).toBe(before)
  })

  it('odd names are looked at as they are', async () => {
    const names = [`it's "quoted"`, '#1 of 2', 'Übung 日本', ' spaces ', 'n'.repeat(260)]
    const outputs = names.map(assetName => output({ assetName }))
    expect((await deliver(stack, JSON.stringify([event({ data: { outputs, state: 'Finished' } })]))).status).toBe(202)
    for (const name of names) await withCode(stack, name, 'SourceMissing')
  })

  it('one bad event among good ones hinders none', async () => {
    await encode(stack, 'good')
    await inSync(stack, 'good')
    const before = (await unit(stack, 'good'))?.observed ?? 0
    const body = [event({ eventType: 'Contoso.Something' }), {}, jobFinished(stack, 'good'), event({ data: [] })]
    expect((await deliver(stack, JSON.stringify(body))).status).toBe(202)
    await eventually('the good one was looked at', async () => ((await unit(stack, 'good'))?.observed ?? 0) > before)
  })

  it('CloudEvents are taken as well', async () => {
    await encode(stack, 'cloudy')
    await inSync(stack, 'cloudy')
    const before = (await unit(stack, 'cloudy'))?.observed ?? 0
    const { topic, eventType, eventTime, id, subject, data } = jobFinished(stack, 'cloudy')
    const cloud = { specversion: '1.0', source: topic, type: eventType, time: `${eventTime}Z`, id, subject, data }
    expect((await deliver(stack, JSON.stringify(cloud))).status).toBe(202)
    await eventually('it was looked at', async () => ((await unit(stack, 'cloudy'))?.observed ?? 0) > before)
  })
})

describe('resync', () => {
  const post = (body: string) =>
    stack.api.fetch('/api/resync', { method: 'POST', headers: { 'content-type': 'application/json' }, body })

  it.each([
    ['an unknown route', JSON.stringify({ route: 'north>south', all: true }), 404],
    ['an unknown asset', JSON.stringify({ route: 'east>west', assets: ['never-heard-of'] }), 404],
    ['assets and all', JSON.stringify({ route: 'east>west', assets: ['a'], all: true }), 400],
    ['neither', JSON.stringify({ route: 'east>west' }), 400],
    ['an unknown field', JSON.stringify({ route: 'east>west', all: true, froce: true }), 400],
    ['a broken body', '{"route": "east', 400],
    ['an empty body', '', 400],
    ['an array', '[]', 400],
    ['ten megabytes', JSON.stringify({ route: 'east>west', assets: ['x'.repeat(10_000_000)] }), 413],
  ])('%s gets a problem document and starts nothing', async (_what, body, status) => {
    const before = await started()
    const response = await post(body)
    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toContain('application/problem+json')
    expect(await response.json()).toMatchObject({
      status,
      code: expect.stringMatching(/^[A-Z]\w+$/),
      remedy: expect.any(String),
    })
    expect(await started()).toBe(before)
  })

  it('an operation nobody knows is a problem too', async () => {
    const response = await stack.api.fetch('/api/operations/00000000-0000-0000-0000-000000000000')
    expect(response.status).toBe(404)
    expect(response.headers.get('content-type')).toContain('application/problem+json')
  })

  const operation = async (body: object) => {
    const response = await post(JSON.stringify(body))
    expect(response.status).toBe(202)
    const location = response.headers.get('location') ?? ''
    expect(location).toMatch(/^\/api\/operations\//)
    const view = await eventually('the operation has ended', async () => {
      const status = (await (await stack.api.fetch(location)).json()) as { status: string }
      return status.status === 'running' ? undefined : status
    })
    return { location, view }
  }

  it('P3: a whole route finds what no event told', async () => {
    const { arm } = stack.accounts.east
    await encode(stack, 'told')
    await inSync(stack, 'told')
    await arm.put('streamingLocators/never-announced', {
      assetName: 'told',
      streamingPolicyName: 'Predefined_ClearStreamingOnly',
    })
    await arm.put('accountFilters/never-announced', { tracks: [] })

    const dry = await operation({ route: 'east>west', all: true, dryRun: true })
    expect(dry.view).toMatchObject({ status: 'succeeded' })
    const report = await (await stack.api.fetch(`${dry.location}/report`)).text()
    const lines = report
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as { name: string; equal: boolean; changes: string[] })
    expect(lines.find(line => line.name === 'told')).toMatchObject({
      equal: false,
      changes: ['locator never-announced is missing'],
    })
    expect(await stack.accounts.west.arm.get('streamingLocators/never-announced')).toBeUndefined()

    await operation({ route: 'east>west', all: true })
    await eventually('the locator is in B', () => stack.accounts.west.arm.get('streamingLocators/never-announced'))
    await eventually('the filter is in B', () => stack.accounts.west.arm.get('accountFilters/never-announced'))
  })

  it('P7: a resync of a route in sync starts no run and writes nothing', async () => {
    await eventually('nothing is pending', async () => {
      const units = (await (await stack.api.fetch('/api/units?route=east>west')).json()) as {
        units: { state: string }[]
      }
      return units.units.every(({ state }) => state === 'idle')
    })
    stack.simulator.resetCounters()
    const before = await started()
    await operation({ route: 'east>west', all: true })
    expect(await started()).toBe(before)
    expect(writesTo(stack, 'west')).toEqual([])
  })

  it('named assets are looked at at once', async () => {
    await stack.accounts.east.arm.patch('assets/told', { description: 'changed without an event' })
    await operation({ route: 'east>west', assets: ['told'] })
    await eventually(
      'the description is in B',
      async () =>
        (await stack.accounts.west.arm.get('assets/told'))?.properties.description === 'changed without an event',
    )
  })
})

describe('P8: content that cannot be replicated says why', () => {
  it('a storage account that is not mapped', async () => {
    await stack.accounts.east.arm.put('assets/elsewhere', { storageAccountName: 'contosoeastother' })
    await deliver(stack, JSON.stringify([jobFinished(stack, 'elsewhere')]))
    const view = await withCode(stack, 'elsewhere', 'StorageNotMapped')
    expect(view).toMatchObject({ outcome: 'blocked', cause: expect.any(String), remedy: expect.any(String) })
  })

  it('a storage-encrypted asset', async () => {
    await stack.accounts.east.arm.put('assets/encrypted', {})
    const body = JSON.stringify({ account: 'east', asset: 'encrypted' })
    const made = await fetch(`${stack.urls.simulator}/_sim/storage-encryption`, { method: 'POST', body })
    expect(made.ok).toBe(true)
    await deliver(stack, JSON.stringify([jobFinished(stack, 'encrypted')]))
    const view = await withCode(stack, 'encrypted', 'StorageEncrypted')
    expect(view).toMatchObject({ outcome: 'blocked', cause: expect.any(String), remedy: expect.any(String) })
    expect(await stack.accounts.west.arm.get('assets/encrypted')).toBeUndefined()
  })

  it('an empty container', async () => {
    await stack.accounts.east.arm.put('assets/empty', {})
    await deliver(stack, JSON.stringify([jobFinished(stack, 'empty')]))
    expect(await withCode(stack, 'empty', 'SourceEmpty')).toMatchObject({ outcome: 'waiting' })
  })

  it('an unknown policy type', async () => {
    const { arm } = stack.accounts.east
    await arm.put('contentKeyPolicies/future', {
      options: [
        {
          configuration: { '@odata.type': '#Microsoft.Media.ContentKeyPolicyUnknownConfiguration' },
          restriction: { '@odata.type': '#Microsoft.Media.ContentKeyPolicyOpenRestriction' },
        },
      ],
    })
    const response = await stack.api.fetch('/api/resync', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ route: 'east>west', units: [{ kind: 'contentKeyPolicy', name: 'future' }] }),
    })
    expect(response.status).toBe(202)
    const view = await eventually('the policy is blocked', async () => {
      const found = await unit(stack, 'future', 'contentKeyPolicy')
      return found?.code === undefined ? undefined : found
    })
    expect(view).toMatchObject({ outcome: 'blocked', code: 'UnknownPolicyType' })
    expect(await stack.accounts.west.arm.get('contentKeyPolicies/future')).toBeUndefined()
  })

  it('shows all that needs attention in one list', async () => {
    const page = (await (await stack.api.fetch('/api/units?route=east>west&outcome=blocked')).json()) as {
      units: { name: string }[]
    }
    expect(page.units.map(({ name }) => name)).toEqual(expect.arrayContaining(['elsewhere', 'future']))
  })
})

it('health is anonymous and cheap', async () => {
  const response = await fetch(`${stack.urls.host}/api/health`)
  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({ status: 'ok' })
})
