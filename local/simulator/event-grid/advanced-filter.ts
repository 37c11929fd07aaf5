/** Advanced filters of event subscriptions: which there may be, and which events they match (events.md section 3.5). Pure. */
import { isRecord } from '../json.ts'
import type { JsonRecord } from './topic-event.ts'

/** As it is written in a subscription. */
export interface AdvancedFilter {
  readonly operatorType: string
  /** `data.output.state`, or a member of the envelope such as `subject`. */
  readonly key: string
  readonly value?: unknown
  readonly values?: readonly unknown[]
}

const isNumber = (value: unknown): value is number => typeof value === 'number'
const isText = (value: unknown): value is string => typeof value === 'string'
const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean'

const longestText = 512
const isRange = (value: unknown) => Array.isArray(value) && value.length === 2 && value.every(isNumber)
const isFilterText = (value: unknown) => isText(value) && value.length <= longestText

/** What an operator compares with: one `value`, a list of `values`, or nothing. */
interface Operator {
  readonly operand?: 'value' | 'values'
  readonly allowed: string
  readonly accepts: (operand: unknown) => boolean
  /** Values of the event that are of another type are not looked at. */
  readonly looksAt: (value: unknown) => boolean
  readonly holds: (value: unknown, operand: unknown) => boolean
  /** Matches when no pair of value and operand holds. */
  readonly negated?: true
  /** What it says of a key that the event does not have. */
  readonly matchesMissing?: true
}

const numeric = (holds: (value: number, operand: number) => boolean): Operator => ({
  operand: 'value',
  allowed: 'a number',
  accepts: isNumber,
  looksAt: isNumber,
  holds: (value, operand) => holds(Number(value), Number(operand)),
})
const numbers: Operator = { ...numeric((value, operand) => value === operand), operand: 'values', allowed: 'numbers' }
const ranges: Operator = {
  ...numbers,
  allowed: 'pairs of numbers [from, to]',
  accepts: isRange,
  holds: (value, operand) => {
    const [from, to] = operand as readonly [number, number]
    return Number(value) >= from && Number(value) <= to
  },
}
const texts = (holds: (value: string, operand: string) => boolean): Operator => ({
  operand: 'values',
  allowed: `texts of ${longestText} characters at most`,
  accepts: isFilterText,
  looksAt: isText,
  holds: (value, operand) => holds(String(value).toLowerCase(), String(operand).toLowerCase()),
})
const contains = texts((value, operand) => value.includes(operand))
const beginsWith = texts((value, operand) => value.startsWith(operand))
const endsWith = texts((value, operand) => value.endsWith(operand))
const textIn = texts((value, operand) => value === operand)
const isNull: Operator = { allowed: 'nothing', accepts: () => true, looksAt: () => true, holds: () => true }
const not = (operator: Operator): Operator => ({ ...operator, negated: true })

const operators = new Map<string, Operator>(
  Object.entries({
    NumberIn: numbers,
    NumberNotIn: { ...not(numbers), matchesMissing: true },
    NumberLessThan: numeric((value, operand) => value < operand),
    NumberGreaterThan: numeric((value, operand) => value > operand),
    NumberLessThanOrEquals: numeric((value, operand) => value <= operand),
    NumberGreaterThanOrEquals: numeric((value, operand) => value >= operand),
    NumberInRange: ranges,
    NumberNotInRange: not(ranges),
    BoolEquals: {
      operand: 'value',
      allowed: 'true or false',
      accepts: isBoolean,
      looksAt: isBoolean,
      holds: (value, operand) => value === operand,
    },
    StringContains: contains,
    StringNotContains: not(contains),
    StringBeginsWith: beginsWith,
    StringNotBeginsWith: not(beginsWith),
    StringEndsWith: endsWith,
    StringNotEndsWith: not(endsWith),
    StringIn: textIn,
    StringNotIn: { ...not(textIn), matchesMissing: true },
    IsNullOrUndefined: { ...not(isNull), matchesMissing: true },
    IsNotNull: isNull,
  }),
)

const operandsOf = ({ operand }: Operator, filter: AdvancedFilter): readonly unknown[] => {
  if (operand === undefined) return [undefined]
  return operand === 'value' ? [filter.value] : (filter.values ?? [])
}

const problemOf = (filter: unknown): string | undefined => {
  if (!isRecord(filter)) return 'must be an object with operatorType and key'
  const { operatorType, key, ...operands } = filter
  const operator = operators.get(String(operatorType))
  if (operator === undefined) return `operatorType must be one of ${[...operators.keys()].join(', ')}`
  if (!isText(key) || key.split('.').includes('')) return 'key must be the name of a member, nested ones with dots'
  const stray = Object.keys(operands).find(name => name !== operator.operand)
  if (stray !== undefined) return `${stray} means nothing to ${String(operatorType)}, which takes ${operator.allowed}`
  const { operand } = operator
  if (operand === undefined) return undefined
  const given = operand === 'value' ? [filter.value] : filter.values
  if (!Array.isArray(given) || given.length === 0 || !given.every(operator.accepts))
    return `${operand} must be ${operator.allowed}`
  return undefined
}

/** Of all filters of a subscription together. */
const mostFilters = 25
const mostValues = 25

/** What is wrong with the filters of a subscription; a sentence each. */
export const filterProblems = (filters: readonly unknown[]): string[] => {
  const problems = filters.flatMap((filter, index) => {
    const problem = problemOf(filter)
    return problem === undefined ? [] : [`filter.advancedFilters[${index}] ${problem}`]
  })
  if (filters.length > mostFilters) problems.push(`filter.advancedFilters holds ${mostFilters} filters at most`)
  if (problems.length > 0) return problems
  const values = (filters as readonly AdvancedFilter[]).flatMap(filter => filter.values ?? filter.value ?? [])
  return values.length <= mostValues ? [] : [`filter.advancedFilters holds ${mostValues} values at most in all`]
}

/** Members of the envelope are found in any case; those below must be spelled as they are. */
const valueAt = (event: JsonRecord, key: string): unknown => {
  const [first = '', ...rest] = key.split('.')
  const name = Object.keys(event).find(member => member.toLowerCase() === first.toLowerCase())
  return rest.reduce<unknown>(
    (value, member) => (isRecord(value) && Object.hasOwn(value, member) ? value[member] : undefined),
    name === undefined ? undefined : event[name],
  )
}

const matchesOne = (filter: AdvancedFilter, event: JsonRecord, onArrays: boolean): boolean => {
  const operator = operators.get(filter.operatorType)
  if (operator === undefined) return false
  const value = valueAt(event, filter.key)
  if (value === undefined || value === null) return operator.matchesMissing === true
  const isList = Array.isArray(value) && operator.operand !== undefined
  const values = (isList ? (onArrays ? value : []) : [value]).filter(operator.looksAt)
  // A list of which nothing can be looked at fails nothing; a single value of another type is as good as none.
  if (values.length === 0 && !(isList && onArrays)) return operator.matchesMissing === true
  const held = operandsOf(operator, filter).some(operand => values.some(one => operator.holds(one, operand)))
  return held !== (operator.negated === true)
}

/** True when all filters match. @param onArrays whether members of arrays are looked at. */
export const matchesFilters = (filters: readonly AdvancedFilter[], event: JsonRecord, onArrays: boolean): boolean =>
  filters.every(filter => matchesOne(filter, event, onArrays))
