/** `npm run subscribe`, with an azd and an az that only say what they were asked. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const script = join(import.meta.dirname, '../../../scripts/deployment/subscribe.ts')
const values = {
  TWINSTREAM_APP_ID: '/subscriptions/s/app',
  TWINSTREAM_HUB_STORAGE_ID: '/subscriptions/s/hub',
  TWINSTREAM_LOCATOR_TOPIC_NAME: 'evgt-1',
  AZURE_RESOURCE_GROUP: 'rg-1',
  AZURE_LOCATION: 'westus2',
  AZURE_SUBSCRIPTION_ID: 's',
}

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'twinstream-subscribe-'))
  const shell = (name: string, ...lines: readonly string[]) =>
    writeFileSync(join(folder, name), ['#!/bin/sh', ...lines, ''].join('\n'), { mode: 0o755 })
  shell('azd', ...Object.entries(values).map(([name, value]) => `echo '${name}="${value}"'`))
  shell('az', 'echo "az $*"')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** @param first what a shell does before. */
const subscribe = (first = ':') => {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', `${first}; "$0" "$1"`, process.execPath, script], {
    env: { PATH: `${folder}${delimiter}${process.env.PATH}` },
    encoding: 'utf8',
  })
  return { status, said: stdout + stderr }
}

describe.skipIf(process.platform === 'win32')('npm run subscribe', () => {
  it('says what is missing and how to give it by hand, and that works', () => {
    const { status, said } = subscribe()
    expect(status).toBe(1)
    const byHand = /^TWINSTREAM_APP_ID is not set\..*first: (.+)$/m.exec(said)?.[1]
    const again = subscribe(byHand)
    expect(again.said).toMatch(/^az deployment sub create .*appId=\/subscriptions\/s\/app.*locatorTopicName=evgt-1/)
    expect(again.status).toBe(0)
  })
})
