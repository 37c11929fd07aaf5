import { describe, expect, it } from 'vitest'
import { bicepFiles, mistakes, moduleCalls, outputs, outputsTaken, parameters, readInfra } from './bicep.ts'

const files = bicepFiles()

describe('Bicep', () => {
  it('is there', () => {
    expect(files).toContain('main.bicep')
    expect(files.length).toBeGreaterThan(20)
  })

  it.each(files)('%s has no mistake of syntax', file => {
    expect(mistakes(readInfra(file))).toEqual([])
  })

  it.each([
    ['a brace that is missing', "resource a 'b@c' = {\n  name: 'x'\n"],
    ['a bracket that is missing', 'var a = [for b in c: {\n  name: b\n}\n'],
    ['an assignment without a value', 'var a =\n'],
    ['a text that does not end', "param a string = 'x\n"],
  ])('with %s is found to be broken', (_, text) => {
    expect(mistakes(text)).not.toEqual([])
  })

  const calls = files.flatMap(moduleCalls)

  it.each(calls.map(call => [call.file, call.target, call] as const))(
    '%s gives %s what it declares',
    (_, target, call) => {
      expect(files).toContain(target)
      const declared = parameters(target)
      expect(declared.map(({ name }) => name)).toEqual(expect.arrayContaining([...call.params]))
      expect(call.params).toEqual(
        expect.arrayContaining(declared.filter(({ required }) => required).map(({ name }) => name)),
      )
    },
  )

  it('takes from modules only what they put out, and tells which names players are to use', () => {
    const taken = files.flatMap(outputsTaken)
    expect(taken.map(({ target }) => target)).toEqual(
      expect.arrayContaining(['players/front-door.bicep', 'players/traffic-manager.bicep']),
    )
    for (const { target, output } of taken) expect(outputs(target), target).toContain(output)
    expect(outputs('main.bicep')).toEqual(expect.arrayContaining(['TWINSTREAM_ORIGIN_HOST', 'TWINSTREAM_KEY_HOST']))
  })

  it('is all used', () => {
    const called = new Set(calls.map(({ target }) => target))
    expect(files.filter(file => !called.has(file))).toEqual(['events/subscriptions.bicep', 'main.bicep'])
  })

  it('P6: has no key, connection string or password in it', () => {
    for (const file of files)
      expect(readInfra(file)).not.toMatch(/listKeys|AccountKey|SharedAccessSignature|@secure|code=/i)
  })
})
