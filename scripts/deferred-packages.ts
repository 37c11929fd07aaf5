/**
 * durable-functions requires an HTTP client, a date library and a library of validators when it is loaded, which is half
 * of the code that a new instance would have to read before its first event, and uses them only once it calls the host.
 * Here they become files of their own, required where they are used.
 */
import { createRequire } from 'node:module'
import type { Plugin } from 'rolldown'

const importer = /[\\/]durable-functions[\\/]lib[\\/]src[\\/]/
const statement = /^const (\w+) = require\("(axios|moment|validator|lodash\/cloneDeep)"\);$/gm
const packages = { axios: 'axios', moment: 'moment', validator: 'validator', clone: 'lodash/cloneDeep' }
const names = Object.entries(packages)
const fromLibrary = createRequire(createRequire(import.meta.url).resolve('durable-functions'))

/** Entries of the bundle by name, each the file that the library itself would get. */
export const deferredPackages = (): Record<string, string> =>
  Object.fromEntries(names.map(([file, name]) => [file, fromLibrary.resolve(name)]))

export const deferPackages = (): Plugin => {
  const seen = new Set<string>()
  return {
    name: 'defer-packages',
    buildStart: () => seen.clear(),
    transform: {
      filter: { id: importer },
      handler(code) {
        const found = [...code.matchAll(statement)]
        if (found.length === 0) return
        let changed = code
        for (const [line, variable = '', name = ''] of found) {
          seen.add(name)
          const file = `./${names.find(([, one]) => one === name)?.[0]}.cjs`
          changed = changed
            .replace(line, '')
            .replace(new RegExp(`(?<![.\\w])${variable}\\b`, 'g'), `require("${file}")`)
        }
        return { code: changed, map: null }
      },
    },
    resolveId: {
      filter: { id: /^\.\/(axios|moment|validator|clone)\.cjs$/ },
      handler: (id, from) => (from !== undefined && importer.test(from) ? { id, external: true } : undefined),
    },
    buildEnd(error) {
      const missing = names.map(([, name]) => name).filter(name => !seen.has(name))
      if (error === undefined && missing.length > 0)
        throw new Error(
          `durable-functions no longer requires ${missing.join(', ')} as it did: see deferred-packages.ts.`,
        )
    },
  }
}
