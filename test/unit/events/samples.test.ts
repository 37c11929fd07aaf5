import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { allowList } from '../../../src/lib/events/allow-list.ts'
import { readEvent } from '../../../src/lib/events/read-event.ts'

const root = process.env.TWINSTREAM_DATA ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url))
const folder = join(root, 'events')
const present = existsSync(folder)

/** The samples keep the placeholders of the pages they come from. */
const allow = allowList(
  [{ key: 'east', subscriptionId: '<subscription-id>', resourceGroup: '<rg-name>', accountName: '<account-name>' }],
  [],
)

/** Samples that are no delivery of Event Grid to the app. */
const otherThings = ['SubscriptionValidation.response.json']

const files = (): readonly string[] =>
  ['', 'derived'].flatMap(sub =>
    readdirSync(join(folder, sub))
      .filter(name => name.endsWith('.json') && !otherThings.includes(name))
      .map(name => join(sub, name)),
  )

const events = (file: string): readonly unknown[] => {
  const content: unknown = JSON.parse(readFileSync(join(folder, file), 'utf8'))
  return Array.isArray(content) ? content : [content]
}

describe('verbatim samples', () => {
  if (!present) {
    it.skipIf(process.env.CI === undefined)('are read as they are (the samples are not on this machine)', () => {
      expect.fail(`No samples in ${folder}; set TWINSTREAM_DATA.`)
    })
    return
  }

  const finished = files().filter(file => /Job(Output)?Finished\b/.test(file))

  it('are there', () => {
    expect(finished.length).toBeGreaterThanOrEqual(3)
  })

  it.each(finished)('%s asks for its output asset', file => {
    const readings = events(file).map(event => readEvent(event, allow))
    expect(readings).toMatchObject([
      { triggers: [{ kind: 'asset', account: 'east', name: 'output-7640689F', reason: 'jobFinished' }], ignored: [] },
    ])
    // Only the end of the whole job says that nothing is written any more.
    expect(readings.map(({ triggers }) => triggers.some(trigger => 'finishedAt' in trigger))).toEqual([
      /JobFinished/.test(file),
    ])
  })

  const told = files().filter(file => /ARM\.(?!LiveOutput)/.test(file))

  it('tell of locators and policies as Resource Manager does', () => {
    const account = { key: 'east', subscriptionId: '{subscription-id}', resourceGroup: '{resource-group}' }
    const ofGroup = allowList([{ ...account, accountName: '{account-name}' }], [])
    const read = told.flatMap(file => events(file).flatMap(event => readEvent(event, ofGroup).triggers))
    expect(read.map(({ kind, name, reason }) => [kind, name, reason])).toEqual([
      ['contentKeyPolicy', '{policy-name}', 'resourceChanged'],
      ['streamingLocator', '{locator-name}', 'locatorDeleted'],
      ['streamingLocator', '{locator-name}', 'locatorCreated'],
      ['streamingPolicy', '{policy-name}', 'resourceChanged'],
    ])
  })

  const unused = files().filter(file => !finished.includes(file) && !told.includes(file))
  it.each(unused)('%s is ignored by code', file => {
    for (const event of events(file)) {
      expect(readEvent(event, allow)).toEqual({
        triggers: [],
        ignored: [expect.stringMatching(/^(EventType(Unknown|NotUsed)|ResourceNotUsed|AccountUnknown)$/)],
      })
    }
  })
})
