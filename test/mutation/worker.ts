/**
 * Tries mutants of one source file, one after the other, in a thread that may be ended when one of them never comes to
 * its end. Everything that the tests load of this repository is loaded anew for each, with the mutant in its place.
 */
import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { pathToFileURL } from 'node:url'
import { parentPort, workerData } from 'node:worker_threads'
import fc from 'fast-check'
import { takeTests } from './collected.ts'
import { mutantsOf } from './mutants.ts'
import { asItIs, type Tried, type Work } from './work.ts'

const { root, source, tests, from } = workerData as Work
const rootUrl = pathToFileURL(`${root}/`).href
const sourceUrl = pathToFileURL(`${root}/${source}`).href
const collected = new URL('./collected.ts', import.meta.url).href
const original = readFileSync(`${root}/${source}`, 'utf8')
const mutants = mutantsOf(original)

// A mutant is noticed every time or never.
fc.configureGlobal({ seed: 1, numRuns: 50 })

const round = { number: asItIs, text: original }
registerHooks({
  resolve(specifier, context, next) {
    if (specifier === 'vitest' && context.parentURL !== collected) return { url: collected, shortCircuit: true }
    const found = next(specifier, context)
    const ours = found.url.startsWith(rootUrl) && !found.url.includes('/node_modules/')
    return ours && context.parentURL?.includes('?mutant=')
      ? { ...found, url: `${found.url}?mutant=${round.number}` }
      : found
  },
  load(url, context, next) {
    if (!url.startsWith(`${sourceUrl}?`)) return next(url, context)
    return { format: 'module-typescript', source: round.text, shortCircuit: true }
  },
})

const noticedBy = async (): Promise<string | undefined> => {
  for (const file of tests) {
    try {
      await import(`${pathToFileURL(`${root}/${file}`).href}?mutant=${round.number}`)
    } catch {
      takeTests()
      return `${file} does not load`
    }
    for (const { title, run } of takeTests()) {
      try {
        await run()
      } catch {
        return title
      }
    }
  }
  return undefined
}

for (let number = from; number < mutants.length; number += 1) {
  round.number = number
  round.text = mutants[number]?.text ?? original
  const title = await noticedBy()
  parentPort?.postMessage({ mutant: number, ...(title === undefined ? {} : { noticedBy: title }) } satisfies Tried)
}
