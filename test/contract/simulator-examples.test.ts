import { beforeAll, expect, it } from 'vitest'
import { outOfScope, tolerated } from './support/example-rules.ts'
import { type Result, runExample } from './support/example-run.ts'
import { Library } from './support/example-world.ts'
import { type Example, readExamples } from './support/examples.ts'
import { describeWithData } from './support/shared-data.ts'
import { specificationFiles } from './support/specification.ts'

const isInScope = ({ operation, name }: Example) => !outOfScope.some(({ is }) => is.test(operation) || is.test(name))

describeWithData('the examples of the published specification', 'ams-swagger', folder => {
  const examples = readExamples(specificationFiles(folder))
  const scope = examples.filter(isInScope)
  const results: Result[] = []

  beforeAll(async () => {
    const library = new Library(examples)
    for (const example of scope) results.push(...(await runExample(example, library)))
  })

  const differences = () =>
    results.flatMap(({ example, status, lines }) => lines.map(line => `${example.name} ${status} ${line}`))

  it('are answered as they say, or differ for a stated reason', () => {
    expect(differences().filter(line => !tolerated.some(({ is }) => is.test(line)))).toEqual([])
  })

  it('need every stated reason', () => {
    expect(tolerated.filter(({ is }) => !differences().some(line => is.test(line)))).toEqual([])
  })

  it('are left out only where a reason says so', () => {
    expect(
      outOfScope.filter(({ is }) => !examples.some(({ operation, name }) => is.test(operation) || is.test(name))),
    ).toEqual([])
    expect(scope.length).toBeGreaterThan(75)
  })
})
