import { describe, expect, it } from 'vitest'
import { importsOf } from '../../../scripts/imports.ts'
import { refusal } from '../../../scripts/rooms.ts'

describe('importsOf', () => {
  it('sees every way of naming a module', () => {
    const source = `
      import a from './default.ts'
      import type { B } from './type.ts'
      import './effect.ts'
      export { c } from './re-export.ts'
      export * from './star.ts'
      const d = () => import('./dynamic.ts')
      let e: import('./import-type.ts').E
      export const f = 1
    `
    expect(new Set(importsOf('x.ts', source))).toEqual(
      new Set([
        './default.ts',
        './dynamic.ts',
        './effect.ts',
        './import-type.ts',
        './re-export.ts',
        './star.ts',
        './type.ts',
      ]),
    )
  })

  it('refuses what it cannot read instead of seeing nothing', () => {
    expect(() => importsOf('x.ts', 'import {')).toThrow('x.ts')
  })
})

describe('the house', () => {
  it.each([
    ['src/functions/resync.ts', 'src/lib/app.ts'],
    ['src/lib/durable/activities.ts', 'src/lib/replicate/survey.ts'],
    ['src/lib/durable/orchestrators/replicate-asset.ts', 'src/lib/durable/activities.ts'],
    ['src/lib/durable/orchestrators/replicate-asset.ts', 'src/lib/model.ts'],
    ['src/lib/replicate/survey.ts', 'src/lib/storage/ports.ts'],
    ['src/lib/media/arm/account.ts', 'src/lib/media/ports.ts'],
    ['local/start/main.ts', 'src/lib/events/sender.ts'],
    ['local/stack/stack.ts', 'local/simulator/simulator.ts'],
    ['test/unit/model.test.ts', 'src/lib/model.ts'],
  ])('lets %s import %s', (from, to) => {
    expect(refusal(from, to, false)).toBeUndefined()
  })

  it.each([
    ['src/lib/app.ts', 'src/functions/resync.ts'],
    ['src/lib/status/units.ts', 'src/lib/app.ts'],
    ['src/lib/replicate/survey.ts', 'src/lib/durable/activities.ts'],
    ['src/lib/media/ports.ts', 'src/lib/ledger/ledger.ts'],
    ['src/lib/model.ts', 'src/lib/media/ports.ts'],
    ['src/lib/events/parse.ts', 'src/lib/ledger/ledger.ts'],
    ['src/lib/durable/orchestrators/replicate-asset.ts', 'src/lib/replicate/survey.ts'],
    ['src/functions/resync.ts', 'src/lib/media/ports.ts'],
    ['src/lib/model.ts', 'local/stack/stack.ts'],
    ['src/lib/model.ts', 'test/help.ts'],
    ['local/start/verify.ts', 'src/lib/media/ports.ts'],
    ['local/simulator/state.ts', 'src/lib/model.ts'],
    ['local/simulator/state.ts', 'local/stack/stack.ts'],
    ['local/compare/assets.ts', 'local/simulator/state.ts'],
    ['newfolder/x.ts', 'src/lib/model.ts'],
  ])('refuses %s importing %s', (from, to) => {
    expect(refusal(from, to, false)).toBeDefined()
  })

  it('keeps the durable library in one file and packages out of orchestrators', () => {
    expect(refusal('src/lib/durable/runs.ts', 'durable-functions', true)).toBeUndefined()
    expect(refusal('src/lib/durable/activities.ts', 'durable-functions', true)).toBeDefined()
    expect(refusal('src/lib/durable/orchestrators/x.ts', 'zod', true)).toBeDefined()
    expect(refusal('src/lib/replicate/x.ts', '@azure/functions', true)).toBeDefined()
    expect(refusal('src/lib/replicate/x.ts', 'p-limit', true)).toBeUndefined()
  })
})
