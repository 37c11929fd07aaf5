/** Where two JSON values differ. */
import type { Json } from '../simulator/json.ts'
import { redactAt } from '../simulator/redaction.ts'

export interface Difference {
  /** Such as `body.properties.outputs.0.preset`. */
  readonly path: string
  /** JSON text without secrets, or `nothing` for a member that is not there. */
  readonly expected: string
  readonly got: string
}

type Members = Readonly<Record<string, Json | undefined>>
const isMembers = (value: Json | undefined): value is Members => typeof value === 'object' && value !== null

const shown = (value: Json | undefined, path: string): string =>
  value === undefined ? 'nothing' : JSON.stringify(redactAt(path, value))

export const differences = (expected: Json | undefined, got: Json | undefined, path: string): Difference[] => {
  if (!isMembers(expected) || !isMembers(got) || Array.isArray(expected) !== Array.isArray(got)) {
    if (Object.is(expected, got)) return []
    const [theirs, ours] = [shown(expected, path), shown(got, path)]
    return [{ path, expected: theirs, got: theirs === ours ? 'another, which is not shown either' : ours }]
  }
  const names = [...new Set([...Object.keys(expected), ...Object.keys(got)])]
  return names.flatMap(name => differences(expected[name], got[name], `${path}.${name}`))
}
