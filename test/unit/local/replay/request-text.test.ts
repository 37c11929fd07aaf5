import { describe, expect, it } from 'vitest'
import { unwrapRequest } from '../../../../local/replay/request-text.ts'
import type { Json } from '../../../../local/simulator/json.ts'

describe('a recorded request', () => {
  it.each<[string, Json, Json]>([
    ['is kept when it is an object', { a: 1 }, { a: 1 }],
    ['is kept when there is none', null, null],
    ['is read from JSON text', '{"a":1}', { a: 1 }],
    ['is read from a bytes literal', `b'{"a": "it\\'s"}'`, { a: "it's" }],
    ['is read from a literal in double quotes', `b"{'a'}"`, "{'a'}"],
    ['is read from a literal in a literal', `b'b\\'{"a": "x"}\\''`, { a: 'x' }],
    [
      'is read from layers that lost the outer ones',
      `b\\\\\\'b\\\\\\\\\\\\\\'{"a": "x"}\\\\\\\\\\\\\\'\\\\\\'`,
      { a: 'x' },
    ],
    ['is read with the escapes of its JSON', `b'{"a": "say \\\\"x\\\\""}'`, { a: 'say "x"' }],
    ['is read from bytes that are no ASCII', `b'{"a": "\\xc3\\xa9"}'`, { a: 'é' }],
    ['stays text when it is no JSON', 'text', 'text'],
    ['is read from text that kept the escapes of lost layers', `{"a": "say \\\\"x\\\\""}`, { a: 'say "x"' }],
  ])('%s', (_what, request, expected) => {
    expect(unwrapRequest(request)).toEqual(expected)
  })
})
