import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readSettings } from '../../../src/lib/config/settings.ts'

const json = (name: string) => JSON.parse(readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8'))

describe('the sample settings', () => {
  it('are accepted by the app', () => {
    expect(readSettings(json('local.settings.sample.json').Values)).toMatchObject({ ok: true })
  })

  it('make the host stop at an app that does not load, instead of running without it', () => {
    expect(json('local.settings.sample.json').Values.FUNCTIONS_NODE_BLOCK_ON_ENTRY_POINT_ERROR).toBe('true')
  })
})

describe('host.json', () => {
  it('P6: never writes inputs and outputs of functions into traces', () => {
    expect(json('host.json').extensions.durableTask.tracing.traceInputsAndOutputs).toBe(false)
  })

  it('gives orchestrations a version, and lets those of another fail instead of replaying them on new code', () => {
    expect(json('host.json').extensions.durableTask).toMatchObject({
      hubName: 'TwinstreamHub',
      defaultVersion: expect.stringMatching(/^\d+\.\d+$/),
      versionMatchStrategy: 'Strict',
      versionFailureStrategy: 'Fail',
      extendedSessionsEnabled: false,
    })
  })
})

describe('package-lock.json', () => {
  it('names no registry, so that it installs from whichever is in use', () => {
    const text = readFileSync(new URL('../../../package-lock.json', import.meta.url), 'utf8')
    expect(text).not.toMatch(/"resolved": "https?:/)
  })
})
