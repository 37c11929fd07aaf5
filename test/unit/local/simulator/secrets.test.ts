/** What the simulator writes down of its traffic, looked through for every secret that went in or came out. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, it, vi } from 'vitest'
import { contentKeyPolicy, secretsOfPolicy } from '../../../contract/support/walk.ts'
import { ground } from './ground.ts'

const folder = mkdtempSync(join(tmpdir(), 'simulator-answers-'))
afterEach(() => vi.unstubAllEnvs())
afterAll(() => rmSync(folder, { recursive: true }))

const contentKey = 'AAECAwQFBgcICQoLDA0ODw=='
const storageKey = Buffer.alloc(32, 7).toString('base64')
const akamaiKey = Buffer.from('an akamai key').toString('base64')
const own = ['canary-bearer', 'canary-ingest', 'canary-source', 'canary-wrong', contentKey, storageKey, akamaiKey]
const secrets = [...own, ...secretsOfPolicy.map(secret => JSON.stringify(secret))]

const requests: readonly (readonly [method: string, path: string, status: number, body?: object])[] = [
  ['PUT', 'assets/film', 201, {}],
  ['POST', 'assets/film/listContainerSas', 200, { permissions: 'Read' }],
  ['PUT', 'contentKeyPolicies/everything', 200, contentKeyPolicy],
  ['POST', 'contentKeyPolicies/everything/getPolicyPropertiesWithSecrets', 200],
  ['PUT', 'contentKeyPolicies/wrong', 400, { properties: { options: [{ restriction: { ask: ['canary-wrong'] } }] } }],
  [
    'PUT',
    'streamingLocators/film',
    201,
    {
      properties: {
        assetName: 'film',
        streamingPolicyName: 'Predefined_ClearKey',
        defaultContentKeyPolicyName: 'everything',
        contentKeys: [
          {
            id: '11111111-2222-3333-4444-555555555555',
            labelReferenceInStreamingPolicy: 'clearKeyDefault',
            value: contentKey,
          },
        ],
      },
    },
  ],
  ['POST', 'streamingLocators/film/listContentKeys', 200],
  [
    'PUT',
    'liveEvents/show',
    201,
    { location: 'eastus2', properties: { input: { streamingProtocol: 'RTMP', accessToken: 'canary-ingest' } } },
  ],
  [
    'PATCH',
    'streamingEndpoints/default',
    202,
    {
      properties: {
        accessControl: {
          akamai: { akamaiSignatureHeaderAuthenticationKeyList: [{ identifier: 'a', base64Key: akamaiKey }] },
        },
      },
    },
  ],
  [
    'PUT',
    'transforms/t',
    201,
    {
      properties: {
        outputs: [
          {
            preset: { '@odata.type': '#Microsoft.Media.BuiltInStandardEncoderPreset', presetName: 'AdaptiveStreaming' },
          },
        ],
      },
    },
  ],
  [
    'PUT',
    'transforms/t/jobs/j',
    201,
    {
      properties: {
        input: { '@odata.type': '#Microsoft.Media.JobInputHttp', files: ['https://a/b.mp4?sv=1&sig=canary-source'] },
        outputs: [{ '@odata.type': '#Microsoft.Media.JobOutputAsset', assetName: 'film' }],
      },
    },
  ],
  ['POST', '/_sim/storage-encryption', 200, { account: 'east', asset: 'film' }],
  ['POST', 'assets/film/getEncryptionKey', 200],
]

it('P6: neither the traffic nor the record of answers holds a secret', async () => {
  vi.stubEnv('TWINSTREAM_RECORD_ANSWERS', folder)
  await using g = await ground()
  const answers: string[] = []
  for (const [method, path, status, body] of requests) {
    const answer = await g.east(method, path, body, { authorization: 'Bearer canary-bearer' })
    expect([path, answer.status, answer.text]).toEqual([path, status, answer.text])
    answers.push(answer.text)
  }
  const signatures = [...answers.join().matchAll(/[?&]sig=([^&"]+)/g)].map(([, signature = '']) => signature)
  expect(signatures.length).toBeGreaterThan(0)
  const traffic = g.simulator.traffic.lines()
  const record = readdirSync(folder).map(file => readFileSync(join(folder, file), 'utf8'))
  const written = [traffic, ...record].join('\n')
  for (const [, path] of requests.slice(0, -2)) expect(traffic).toContain(path)
  expect(record.join('')).toContain('StreamingLocators_ListContentKeys')
  for (const secret of [...secrets, ...signatures]) expect(written.includes(secret), secret).toBe(false)
})
