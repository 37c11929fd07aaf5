/**
 * What libraries load with themselves and use only later, which is more than half of the code that a new instance would
 * have to read before its first event: durable-functions an HTTP client, a date library and a library of validators, for
 * calls to the host; the SDK of tables an XML parser, for what the ledger never asks. Here they become files of their
 * own, required where they are used.
 */
import { createRequire } from 'node:module'
import type { Plugin } from 'rolldown'

const importers = [/[\\/]durable-functions[\\/]lib[\\/]src[\\/]/, /[\\/]@azure[\\/]core-xml[\\/]dist[\\/]/]
/** A whole package, or some of its exports. */
const statement =
  /^(?:const (\w+) = require\("(axios|moment|validator|lodash\/cloneDeep)"\)|import \{ ([\w, ]+) \} from "(fast-xml-parser)");$/gm

const resolverOf = (...path: readonly string[]): NodeJS.Require =>
  path.reduce((from, name) => createRequire(from.resolve(name)), createRequire(import.meta.url))
const durable = resolverOf('durable-functions')
const xml = resolverOf('@azure/data-tables', '@azure/core-xml')

const packages: Readonly<Record<string, { readonly name: string; readonly from: NodeJS.Require }>> = {
  axios: { name: 'axios', from: durable },
  moment: { name: 'moment', from: durable },
  validator: { name: 'validator', from: durable },
  clone: { name: 'lodash/cloneDeep', from: durable },
  xml: { name: 'fast-xml-parser', from: xml },
}
const entries = Object.entries(packages)

/** Entries of the bundle by name, each the file that the library itself would get. */
export const deferredPackages = (): Record<string, string> =>
  Object.fromEntries(entries.map(([file, { name, from }]) => [file, from.resolve(name)]))

/** In parentheses, so that `new` before it takes the member and not the package. */
const requiring = (name: string): string => `(require("./${entries.find(([, one]) => one.name === name)?.[0]}.cjs"))`

const replaced = (code: string, variable: string, by: string): string =>
  code.replace(new RegExp(`(?<![.\\w])${variable}\\b`, 'g'), by)

export const deferPackages = (): Plugin => {
  const seen = new Set<string>()
  return {
    name: 'defer-packages',
    buildStart: () => seen.clear(),
    transform: {
      filter: { id: importers },
      handler(code) {
        const found = [...code.matchAll(statement)]
        if (found.length === 0) return
        let changed = code
        for (const [line, variable, required, members = '', imported] of found) {
          const name = required ?? imported ?? ''
          seen.add(name)
          changed = changed.replace(line, '')
          if (variable !== undefined) changed = replaced(changed, variable, requiring(name))
          for (const member of members.split(', ').filter(one => one !== ''))
            changed = replaced(changed, member, `${requiring(name)}.${member}`)
        }
        return { code: changed, map: null }
      },
    },
    resolveId: {
      filter: { id: /^\.\/(axios|moment|validator|clone|xml)\.cjs$/ },
      handler: (id, from) =>
        from !== undefined && importers.some(one => one.test(from)) ? { id, external: true } : undefined,
    },
    buildEnd(error) {
      const missing = entries.map(([, { name }]) => name).filter(name => !seen.has(name))
      if (error === undefined && missing.length > 0)
        throw new Error(`${missing.join(', ')}: no library loads it as it did: see deferred-packages.ts.`)
    },
  }
}
