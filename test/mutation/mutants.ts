/** Small mistakes in a source text, one at a time, made from its syntax tree: what tests of it must notice. */
import { parseAst } from 'rolldown/parseAst'

export interface Mutant {
  readonly line: number
  readonly was: string
  readonly is: string
  /** The whole text with the mistake in it. */
  readonly text: string
}

/** A node of ESTree, of any kind: which members it has depends on its type. */
type Node = { readonly type: string; readonly start: number; readonly end: number } & Readonly<Record<string, unknown>>

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as Node).type === 'string'

interface Change {
  readonly start: number
  readonly end: number
  readonly by: string
}

const operators: Readonly<Record<string, readonly string[]>> = {
  '===': ['!=='],
  '!==': ['==='],
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '%': ['*'],
  '**': ['*'],
  '&&': ['||'],
  '||': ['&&'],
  '??': ['&&'],
}

/** An empty name: the call is left out, and what it is called on stays. */
const methods: Readonly<Record<string, string>> = {
  min: 'max',
  max: 'min',
  some: 'every',
  every: 'some',
  startsWith: 'endsWith',
  endsWith: 'startsWith',
  toLowerCase: 'toUpperCase',
  toUpperCase: 'toLowerCase',
  filter: '',
  slice: '',
  toSorted: '',
  trim: '',
  toWellFormed: '',
}

/** Types are erased, and what an import names is no value. */
const isSkipped = ({ type }: Node) => /^TS(?!AsExpression|SatisfiesExpression|NonNullExpression)|^Import/.test(type)

export const mutantsOf = (text: string): readonly Mutant[] => {
  const changes: Change[] = []
  const visit = (node: Node) => {
    if (isSkipped(node)) return
    changes.push(...changesOf(node, text))
    for (const [name, member] of Object.entries(node)) {
      // The name of a member is no text.
      if (name === 'key' || name === 'property') continue
      for (const child of Array.isArray(member) ? member : [member]) if (isNode(child)) visit(child)
    }
  }
  visit(parseAst(text, { lang: 'ts' }) as unknown as Node)
  return changes.map(({ start, end, by }) => ({
    line: text.slice(0, start).split('\n').length,
    was: short(text.slice(start, end)),
    is: short(by),
    text: text.slice(0, start) + by + text.slice(end),
  }))
}

const short = (code: string) => {
  const line = code.replaceAll(/\s+/g, ' ')
  return line.length > 60 ? `${line.slice(0, 40)} … ${line.slice(-15)}` : line
}

const changesOf = (node: Node, text: string): readonly Change[] => {
  const { start, end } = node
  const code = (of: unknown) => (isNode(of) ? text.slice(of.start, of.end) : '')
  const whole = (...by: readonly string[]) => by.map(one => ({ start, end, by: one }))
  switch (node.type) {
    case 'BinaryExpression':
    case 'LogicalExpression': {
      const { left, right, operator } = node
      return (operators[String(operator)] ?? []).flatMap(by => whole(`(${code(left)}) ${by} (${code(right)})`))
    }
    case 'UnaryExpression':
      return node.operator === '!' || node.operator === '-' ? whole(`(${code(node.argument)})`) : []
    case 'ConditionalExpression':
    case 'IfStatement':
      return isNode(node.test) ? ['true', 'false'].map(by => ({ ...placeOf(node.test as Node), by })) : []
    case 'ForStatement':
    case 'WhileStatement':
      return isNode(node.test) ? [{ ...placeOf(node.test), by: 'false' }] : []
    case 'ArrayExpression':
      return (node.elements as readonly unknown[]).length > 0 ? whole('[]') : []
    case 'ObjectExpression':
      return (node.properties as readonly unknown[]).length > 0 ? whole('({})') : []
    case 'TemplateLiteral':
      return code(node) === '``' ? [] : whole('``')
    case 'Literal':
      return literals(node, whole)
    case 'ArrowFunctionExpression':
      return isNode(node.body) && node.body.type !== 'BlockStatement'
        ? [{ ...placeOf(node.body), by: 'undefined' }]
        : []
    case 'BlockStatement':
      return (node.body as readonly unknown[]).length > 0 ? whole('{}') : []
    case 'ChainExpression':
      return whole(
        code(node)
          .replace('?.', '.')
          .replace(/\.(?=[[(])/, ''),
      )
    case 'CallExpression':
      return calls(node, whole, code)
    default:
      return []
  }
}

const placeOf = ({ start, end }: Node) => ({ start, end })

const literals = ({ value, regex, raw }: Node, whole: (...by: readonly string[]) => Change[]): readonly Change[] => {
  if (typeof value === 'boolean') return whole(String(!value))
  if (typeof value === 'string') return whole(value === '' ? "'mutant'" : "''")
  if (regex === undefined || regex === null) return []
  const pattern = String(raw)
  return [pattern.replace('/^', '/'), pattern.replace(/\$(\/\w*)$/, '$1'), pattern.replace('+', '')]
    .filter(other => other !== pattern)
    .flatMap(other => whole(other))
}

const calls = (
  { callee }: Node,
  whole: (...by: readonly string[]) => Change[],
  code: (of: unknown) => string,
): readonly Change[] => {
  if (!isNode(callee) || callee.type !== 'MemberExpression' || !isNode(callee.property)) return []
  const { object, property } = callee
  const by = methods[code(property)]
  if (by === undefined) return []
  if (by === '') return whole(code(object))
  return [{ ...placeOf(property as Node), by }]
}
