import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { routings, topology } from '../../../../local/stack/regions.ts'
import { storageRoles } from '../../../../local/stack/roles.ts'
import { writeSettings } from '../../../../local/stack/settings.ts'
import { readSettings } from '../../../../src/lib/config/settings.ts'

const tokens = { east: 'e', west: 'w', north: 'n', south: 's' }
let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'twinstream-test-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

const write = async (more: Record<string, string | undefined>) => {
  const file = join(dir, 'settings.json')
  await writeSettings(file, {
    connection: 'AccountName=hub;AccountKey=a2V5;TableEndpoint=http://127.0.0.1:1/hub',
    topology: topology('http://127.0.0.1:1', 'http://127.0.0.1:2', routings.there),
    tokens,
    pace: 0.02,
    eventTopic: '/subscriptions/s/topics/t',
    more,
  })
  return { file, values: JSON.parse(readFileSync(file, 'utf8')).Values }
}

describe('the settings of a stack', () => {
  it('are accepted by the app', async () => {
    const { values } = await write({})
    expect(readSettings(values)).toMatchObject({ ok: true, settings: { pace: 0.02 } })
  })

  it('are changed and taken away by those of a test', async () => {
    const { values } = await write({ TWINSTREAM_PACE: '1', EAST_TOKEN: undefined })
    expect(values.TWINSTREAM_PACE).toBe('1')
    expect('EAST_TOKEN' in values).toBe(false)
  })

  it('are for their owner only, since they hold tokens', async () => {
    const { file } = await write({})
    expect(statSync(file).mode & 0o077).toBe(0)
  })
})

describe('storageRoles', () => {
  const check = storageRoles(tokens, ['west'])

  it('P5: lets the app read the source and write the target only', () => {
    expect(check('e', 'contosoeaststore', 'GetBlob')).toBe('accepted')
    expect(check('e', 'contosoeaststore', 'PutBlob')).toBe('forbidden')
    expect(check('e', 'contosoweststore', 'GetBlob')).toBe('forbidden')
    expect(check('w', 'contosoweststore', 'PutBlob')).toBe('accepted')
    expect(check('w', 'contosoeaststore', 'GetBlob')).toBe('forbidden')
    expect(check('other', 'contosoweststore', 'GetBlob')).toBe('unknown')
  })
})
