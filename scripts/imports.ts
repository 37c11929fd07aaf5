import { parseSync, Visitor } from 'rolldown/utils'

/** The modules that a TypeScript source names: static and type imports, re-exports, `import()` and import types. */
export const importsOf = (file: string, source: string): readonly string[] => {
  const { program, errors } = parseSync(file, source)
  const error = errors[0]
  if (error !== undefined) throw new Error(`${file}: ${error.message}`)
  const found: string[] = []
  const add = (node: { readonly source?: unknown }) => {
    const value = (node.source as { value?: unknown } | null | undefined)?.value
    if (typeof value === 'string') found.push(value)
  }
  new Visitor({
    ImportDeclaration: add,
    ExportNamedDeclaration: add,
    ExportAllDeclaration: add,
    ImportExpression: add,
    TSImportType: add,
  }).visit(program)
  return found
}
