import { expect, test } from 'vitest'
import { createLog } from '../../../../local/host/log.ts'

const record = (format: 'text' | 'json', message: string) => {
  const written: string[] = []
  const log = createLog(
    format,
    'information',
    line => written.push(line),
    () => new Date(0),
  )
  log('debug', 'Host', 'below the threshold')
  log('error', 'Host', message)
  return written
}

test('a message can neither forge a record nor reach the terminal', () => {
  expect(record('text', 'one\ntwo\u001b[31m\u2028')).toEqual([
    '1970-01-01T00:00:00.000Z error Host one\\ntwo\\u001b[31m\\u2028',
  ])
})

test('as JSON, a record is one line too', () => {
  expect(record('json', 'one\ntwo')).toEqual([
    '{"time":"1970-01-01T00:00:00.000Z","level":"error","category":"Host","message":"one\\ntwo"}',
  ])
})
