import { describe, expect, it } from 'vitest'
import { isReason } from '../../../local/last-words.ts'

const lastOf = (text: string) => text.split('\n').findLast(isReason)

describe('isReason', () => {
  it('finds the message in what Node writes of an error that nobody caught', () => {
    const text = `node:events:486
      throw er; // Unhandled 'error' event
      ^

Error: ENOSPC: no space left on device, write
    at Object.writeSync (node:fs:927:3)
Emitted 'error' event on WriteStream instance at:
    at emitErrorNT (node:internal/streams/destroy:169:8) {
  errno: -28,
  code: 'ENOSPC'
}

Node.js v24.21.0
`
    expect(lastOf(text)).toBe('Error: ENOSPC: no space left on device, write')
  })

  it('takes the last line of a program that says it in one, and no warning of Node', () => {
    const warning = '(node:12) ExperimentalWarning: SQLite is an experimental feature'
    expect(lastOf(`${warning}\nThe state file x cannot be used: the disk is full\n`)).toContain('the disk is full')
    expect(lastOf(`${warning}\n`)).toBeUndefined()
  })
})
