/** Bicep as a tree: enough to find mistakes of syntax and to hold modules against their callers, without the compiler. */
import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Language, type Node, Parser } from 'web-tree-sitter'

export const root = fileURLToPath(new URL('../../../infra/', import.meta.url))
export const bicepFiles = (): readonly string[] => globSync('**/*.bicep', { cwd: root }).toSorted()
export const readInfra = (file: string): string => readFileSync(join(root, file), 'utf8')

await Parser.init()
const grammar = fileURLToPath(import.meta.resolve('tree-sitter-bicep/tree-sitter-bicep.wasm'))
const parser = new Parser()
parser.setLanguage(await Language.load(grammar))

export const parse = (text: string): Node => {
  const tree = parser.parse(text)
  if (tree === null) throw new Error('The parser gave up.')
  return tree.rootNode
}

const nodes = (node: Node): readonly Node[] => [node, ...node.children.flatMap(child => (child ? nodes(child) : []))]
const ofType = (node: Node, type: string) => nodes(node).filter(one => one.type === type)

/** Places of mistakes, `line:column`. */
export const mistakes = (text: string): readonly string[] =>
  nodes(parse(text))
    .filter(node => node.isError || node.isMissing)
    .map(({ startPosition: { row, column } }) => `${row + 1}:${column + 1}`)

/** Members of the object that is a property's value. */
const membersOf = (object: Node, property: string): readonly string[] | undefined => {
  const found = object.namedChildren.find(child => child?.namedChildren[0]?.text === property)
  const value = found?.namedChildren[1]
  return value?.namedChildren.flatMap(child => child?.namedChildren[0]?.text ?? [])
}

export interface ModuleCall {
  readonly file: string
  /** Of the called file, below the folder of all. */
  readonly target: string
  readonly params: readonly string[]
}

/** Modules that a file calls, with the parameters that it gives them. */
export const moduleCalls = (file: string): readonly ModuleCall[] =>
  ofType(parse(readInfra(file)), 'module_declaration').map(node => {
    const target = ofType(node, 'string_content')[0]?.text ?? ''
    const body = ofType(node, 'object')[0]
    return { file, target: join(dirname(file), target), params: (body && membersOf(body, 'params')) ?? [] }
  })

/** What a file takes from the outputs of modules: the module's file, below the folder of all, and the name. */
export const outputsTaken = (file: string): readonly { readonly target: string; readonly output: string }[] => {
  const text = readInfra(file)
  const targets = new Map(
    [...text.matchAll(/^module (\w+) '([^']+)'/gm)].map(([, name, path = '']) => [name, join(dirname(file), path)]),
  )
  return [...text.matchAll(/\b(\w+)(?:\[\w+\])?\.outputs\.(\w+)/g)].flatMap(([, name, output = '']) => {
    const target = targets.get(name)
    return target === undefined ? [] : [{ target, output }]
  })
}

/** Names of what a file puts out. */
export const outputs = (file: string): readonly string[] =>
  ofType(parse(readInfra(file)), 'output_declaration').map(node => ofType(node, 'identifier')[0]?.text ?? '')

/** Parameters that a file declares; `required` where it has no default. */
export const parameters = (file: string): readonly { readonly name: string; readonly required: boolean }[] =>
  ofType(parse(readInfra(file)), 'parameter_declaration').map(node => ({
    name: ofType(node, 'identifier')[0]?.text ?? '',
    required: !/=/.test(node.text),
  }))

/** Names in the object that a variable holds. */
export const variableMembers = (file: string, variable: string): readonly string[] => {
  const declaration = ofType(parse(readInfra(file)), 'variable_declaration').find(
    node => ofType(node, 'identifier')[0]?.text === variable,
  )
  const object = declaration && ofType(declaration, 'object')[0]
  return object?.namedChildren.flatMap(child => child?.namedChildren[0]?.text ?? []) ?? []
}
