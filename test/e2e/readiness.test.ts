/** Would a failover work now? Asked of the whole app, while things fail one by one. */
import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { type Stack, startStack } from '../../local/stack/stack.ts'
import type { ReadinessAnswer } from '../../src/lib/status/readiness/answer.ts'
import { called, encode, eventually, inSync, publish, writesTo } from './support.ts'

const odata = (type: string) => `#Microsoft.Media.${type}`
const canary = { asset: 'canary', probed: 'canary-probe', rebuilt: 'canary-daily' }
const key = randomBytes(16).toString('base64')

let stack: Stack
const logged: string[] = []

/** Every answer is good for a minute, which is 1.2 s at this pace. */
const readiness = async (isAsWanted: (answer: ReadinessAnswer) => boolean = () => true) => {
  let last: ReadinessAnswer | undefined
  const answer = await eventually(
    'readiness as wanted',
    async () => {
      const response = await stack.api.fetch('/api/readiness')
      const text = await response.text()
      expect(response.status, text).toBe(200)
      expect(text).not.toContain(key)
      const found = JSON.parse(text) as ReadinessAnswer
      last = found
      return isAsWanted(found) ? found : undefined
    },
    60_000,
  ).catch((error: unknown) => {
    const reasons = last?.routes.flatMap(one => one.reasons.map(({ code, names }) => `${code} ${names ?? ''}`))
    throw new Error(`${String(error)}: ${last?.verdict} ${reasons?.join('; ')}`)
  })
  const [one] = answer.routes
  if (one === undefined) throw new Error('There is no route.')
  return {
    ...one,
    at: answer.at,
    seconds: answer.seconds,
    codes: one.reasons.map(({ code, weight }) => `${weight} ${code}`),
  }
}

const hasReason = (code: string) => (answer: ReadinessAnswer) =>
  answer.routes.some(({ reasons }) => reasons.some(reason => reason.code === code))

/** An AES key that everybody gets, without a token. */
const openAes = async (name: string) => {
  await stack.accounts.east.arm.put('contentKeyPolicies/open', {
    options: [
      {
        configuration: { '@odata.type': odata('ContentKeyPolicyClearKeyConfiguration') },
        restriction: { '@odata.type': odata('ContentKeyPolicyOpenRestriction') },
      },
    ],
  })
  await publish(stack, canary.asset, name, {
    streamingPolicyName: 'Predefined_ClearKey',
    defaultContentKeyPolicyName: 'open',
    contentKeys: [{ id: randomUUID(), labelReferenceInStreamingPolicy: 'clearKeyDefault', value: key }],
  })
}

beforeAll(async () => {
  stack = await startStack({
    log: (_, line) => logged.push(line),
    topology: made => ({ ...made, routes: made.routes.map(one => ({ ...one, canary })) }),
  })
  await encode(stack, canary.asset)
  await openAes(canary.probed)
  await publish(stack, canary.asset, canary.rebuilt)
  await encode(stack, 'film')
  await publish(stack, 'film', 'film-clear')
  await inSync(stack, 'film')
  await inSync(stack, canary.asset)
}, 240_000)
afterEach(async () => {
  stack.simulator.clearFaults()
  await stack.api.fire('dispatch')
})
afterAll(() => stack.close())

it('P2, P5: the second locator of the canary is rebuilt by an event, and the probed one never blinks', async () => {
  // The timer of the canary has run by itself, or does now.
  await stack.api.fire('canary')
  const { canary: told } = await readiness(({ routes: [one] }) => one?.canary?.lastRebuiltAt !== undefined)
  expect(told?.lagSeconds).toBeGreaterThan(0)
  expect(told?.code).toBeUndefined()
  const deleted = stack.simulator
    .appTraffic()
    .filter(({ operation }) => operation === 'StreamingLocators_Delete')
    .map(({ account, url }) => `${account} ${/streamingLocators\/([^?]+)/i.exec(url)?.[1]}`)
  expect(deleted).toEqual([`west ${canary.rebuilt}`])
  expect(writesTo(stack, 'east')).toEqual([])
  const [here, there] = await Promise.all(
    (['east', 'west'] as const).map(region => stack.accounts[region].arm.get(`streamingLocators/${canary.rebuilt}`)),
  )
  expect(there?.properties.streamingLocatorId).toBe(here?.properties.streamingLocatorId)
  const events = logged.flatMap(line => /\{"event":"(canaryRebuilt|eventAccepted)".*/.exec(line)?.[0] ?? [])
  expect(events).toContainEqual(expect.stringContaining('"function":"canary"'))
  expect(events).toContainEqual(expect.stringContaining('"event":"canaryRebuilt","route":"east>west"'))
})

it('P8: a stopped endpoint stops a failover; once it runs, manifests, segments and keys are proven as players get them', async () => {
  const before = await readiness()
  expect(before.codes[0]).toBe('stops EndpointStopped')
  expect(before.verdict).toBe('notReady')

  await stack.accounts.west.arm.post('streamingEndpoints/default', 'scale', { scaleUnit: 2 })
  await stack.accounts.west.arm.post('streamingEndpoints/default', 'start')
  await stack.api.fire('sweepFull')
  const after = await readiness(answer => answer.verdict === 'ready')
  expect(after.titles.map(({ asset, why }) => `${why} ${asset}`).sort()).toEqual(['canary canary', 'newest film'])
  for (const { manifest, segment } of after.titles)
    expect([manifest.result, segment.result]).toEqual(['proven', 'proven'])
  expect(after.titles.map(({ key: part }) => part.result).sort()).toEqual(['notAsked', 'proven'])
  expect(after.canary?.manifestPath).toMatch(/^\/[0-9a-f-]{36}\/city\.ism\/manifest\(.*encryption=cbc\)$/)
  expect(after.canary?.keyPath).toMatch(/^\/\?kid=[0-9a-f-]{36}$/)
  expect(after.codes).toEqual(['note KeyUrlFixed'])
  expect(after.target.quotas.map(({ quota, limit }) => `${quota} ${limit}`)).toContain('streamingPolicies 100')
})

it('is answered within seconds while the source is dark, and would still say yes', async () => {
  stack.simulator.outage('east')
  const isDark = hasReason('SourceUnavailable')
  const { verdict, codes, source, seconds } = await readiness(answer => isDark(answer) && answer.verdict === 'ready')
  expect([verdict, source.control, source.storage]).toEqual(['ready', 'silent', 'silent'])
  expect(codes).toContain('note SourceUnavailable')
  expect(seconds).toBeLessThan(20)
})

it('P8: key delivery that fails and an origin that fails each have a code of their own', async () => {
  stack.simulator.fault({ account: 'west', plane: 'players', operation: 'KeyDelivery_Get', kind: '503' })
  const keys = await readiness(hasReason('KeyDeliveryFails'))
  expect(keys.codes).not.toContain('stops OriginFails')
  expect(keys.verdict).toBe('limited')
  stack.simulator.clearFaults()
  stack.simulator.fault({ account: 'west', plane: 'players', operation: 'Origin_Get', kind: 'outage' })
  expect((await readiness(hasReason('OriginFails'))).verdict).toBe('notReady')
})

it('P9: answers that follow each other cost nothing of the scarcest limit', async () => {
  const { at } = await readiness(({ verdict }) => verdict === 'ready')
  const scarce = () =>
    ['ListContentKeys', 'ListPaths'].map(one => called(stack, 'accounts', 'west', `StreamingLocators_${one}`))
  const before = scarce()
  expect(Math.min(...before)).toBeGreaterThan(0)
  await readiness(answer => answer.at > at && answer.verdict === 'ready')
  expect(scarce()).toEqual(before)
})

it('P8: a manifest that leads players to a host that nobody knows is told of, and the host is left alone', async () => {
  await stack.accounts.east.arm.put('streamingPolicies/elsewhere', {
    defaultContentKeyPolicyName: 'open',
    envelopeEncryption: {
      enabledProtocols: { download: false, dash: true, hls: true, smoothStreaming: true },
      contentKeys: { defaultKey: { label: 'aes' } },
      customKeyAcquisitionUrlTemplate: 'https://keys.elsewhere.example/{ContentKeyId}',
    },
  })
  await encode(stack, 'astray')
  await publish(stack, 'astray', 'astray-aes', { streamingPolicyName: 'elsewhere' })
  await inSync(stack, 'astray')
  const { reasons, verdict, titles } = await readiness(hasReason('HostNotAsked'))
  expect(reasons.find(({ code }) => code === 'HostNotAsked')?.names).toEqual(['keys.elsewhere.example'])
  expect(titles.find(({ asset }) => asset === 'astray')).toMatchObject({
    segment: { result: 'proven' },
    key: { result: 'notAsked', host: 'keys.elsewhere.example' },
  })
  expect(verdict).toBe('limited')
})

it('P5, P7: asking changes nothing', async () => {
  const changes = () =>
    stack.simulator
      .appTraffic()
      .filter(({ method, url }) => method !== 'GET' && !/\/(list\w+|getPolicyPropertiesWithSecrets)\?/i.test(url))
      .length
  const before = changes()
  expect(before).toBeGreaterThan(0)
  await readiness()
  expect(changes()).toBe(before)
})
