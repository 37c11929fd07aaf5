import { expect, it } from 'vitest'
import { redact } from '../../../../local/simulator/redaction.ts'

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
