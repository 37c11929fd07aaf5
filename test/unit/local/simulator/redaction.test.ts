import { expect, it } from 'vitest'
import { redact, redactAt } from '../../../../local/simulator/redaction.ts'

it('P6: keeps content keys, policy secrets and signatures out, and nothing else', () => {
  const secret = 'the secret'
  const told = redact({
    properties: {
      contentKeys: [{ id: 'id', value: secret, labelReferenceInStreamingPolicy: 'label' }],
      options: [{ configuration: { ask: secret, fairPlayPfx: secret, fairPlayPfxPassword: secret } }],
      primaryVerificationKey: { keyValue: secret, rawBody: null, modulus: secret, exponent: secret },
      requiredClaims: [{ claimType: 'type', claimValue: 'kept' }],
    },
    assetContainerSasUrls: ['https://host/container?sv=1&sig=the%20secret&sp=rl'],
    value: [{ name: 'kept' }],
  })
  const text = JSON.stringify(told)
  expect(text).not.toContain(secret)
  expect(text).not.toContain('the%20secret')
  expect(told).toMatchObject({
    properties: {
      contentKeys: [{ id: 'id', value: 'REDACTED' }],
      primaryVerificationKey: { rawBody: null },
      requiredClaims: [{ claimValue: 'kept' }],
    },
    assetContainerSasUrls: ['https://host/container?sv=1&sig=REDACTED&sp=rl'],
    value: [{ name: 'kept' }],
  })
})

it.each([[['the secret']], [{ part: 'the secret' }], [7001]])(
  'P6: keeps a secret out that is no text: %j',
  keyValue => {
    const told = JSON.stringify(redact({ primaryVerificationKey: { keyValue, keyId: 'kept' } }))
    expect(told).toBe('{"primaryVerificationKey":{"keyValue":"REDACTED","keyId":"kept"}}')
  },
)

it.each([
  ['body.options.0.restriction.primaryVerificationKey.keyValue', 'the secret'],
  ['body.contentKeys.0.value', 'the secret'],
  ['body.contentKeys.0', { id: 'id', value: 'the secret' }],
  ['body.contentKeys', [{ id: 'id', value: 'the secret' }]],
  ['body.assetContainerSasUrls.0', 'https://host/container?sig=the%20secret'],
])('P6: keeps it out at %s', (path, value) => {
  expect(JSON.stringify(redactAt(path, value))).not.toMatch(/the(%20| )secret/)
  expect([redactAt(path, null), redactAt(path, '')]).toEqual([null, ''])
})
