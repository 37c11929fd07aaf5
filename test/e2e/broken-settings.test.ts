import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Stack, startStack } from '../../local/stack/stack.ts'
import { deliver, jobFinished } from './support.ts'

let stack: Stack
const lines: string[] = []
beforeAll(async () => {
  stack = await startStack({
    log: (source, line) => {
      if (source === 'host') lines.push(line)
    },
    settings: { TWINSTREAM_PACE: 'fast', TWINSTREAM_MAX_ACTIVE: '-1' },
    topology: made => ({
      accounts: { ...made.accounts, west: { ...made.accounts.west, location: 'eastus2', provider: 'vimeo' } },
      routes: [{ from: 'east', to: 'north', mode: 'mirror' }],
    }),
  })
})
afterAll(() => stack.close())

it('all mistakes are told at once, with what was found and what is allowed', () => {
  const log = lines.join('\n')
  for (const path of [
    'TWINSTREAM_PACE',
    'TWINSTREAM_MAX_ACTIVE',
    'accounts.west.provider',
    'routes[0].to',
    'routes[0].mode',
  ]) {
    expect(log).toContain(path)
  }
  expect(log).toContain('vimeo')
})

it('health answers 503 and tells nobody why', async () => {
  const response = await fetch(`${stack.urls.host}/api/health`)
  expect(response.status).toBe(503)
  expect(await response.text()).not.toMatch(/vimeo|TWINSTREAM|accounts/)
})

it('P3: event functions refuse, so that Event Grid keeps the events', async () => {
  expect((await deliver(stack, JSON.stringify([jobFinished(stack, 'film')]))).status).toBe(500)
})

it('other doors answer 503 with a problem', async () => {
  const response = await stack.api.fetch('/api/units?route=east>west')
  expect(response.status).toBe(503)
  expect(response.headers.get('content-type')).toContain('application/problem+json')
})
