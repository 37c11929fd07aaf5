/** Where two JSON values differ, as short lines: `properties.state: expected "Canceling", got "Error"`. */
type Members = Record<string, unknown>
const isMembers = (value: unknown): value is Members => typeof value === 'object' && value !== null

const shown = (value: unknown) => (value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 120))

export const differences = (expected: unknown, actual: unknown, path = ''): string[] => {
  if (!isMembers(expected) || !isMembers(actual) || Array.isArray(expected) !== Array.isArray(actual))
    return Object.is(expected, actual) ? [] : [`${path}: expected ${shown(expected)}, got ${shown(actual)}`]
  const names = [...new Set([...Object.keys(expected), ...Object.keys(actual)])]
  return names.flatMap(name => differences(expected[name], actual[name], path === '' ? name : `${path}.${name}`))
}
