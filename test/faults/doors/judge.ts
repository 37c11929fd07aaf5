/** What is wrong with an answer of the app, whatever it was asked. */
import type { Stack } from '../../../local/stack/stack.ts'
import { type Answer, type ApiDocument, createAnswerCheck, type Door, doorAt } from '../../support/api-contract.ts'
import type { Plan } from './attack.ts'
import { leakIn } from './leaks.ts'

/** The host answers what comes to no function at all, e.g. for a path that is no percent-encoding. */
const isOfHost = ({ status, text }: Answer): boolean =>
  [400, 404, 405].includes(status) && text.startsWith('{"type":"about:blank"')

export interface Judges {
  /** Wrong for any answer at all. */
  readonly always: (answer: Answer) => readonly string[]
  /** Wrong for an answer of this door. */
  of(door: Door): Plan['judge']
}

export const judges = (stack: Stack, document: ApiDocument): Judges => {
  const leak = leakIn(stack)
  const check = createAnswerCheck(document)
  const always = ({ status, text, headers }: Answer): readonly string[] => {
    const found = leak(`${text}\n${[...headers].join('\n')}`)
    return [...(status >= 500 ? [`answered ${status}`] : []), ...(found === undefined ? [] : [`shows ${found}`])]
  }
  return {
    always,
    of:
      door =>
      (answer, { method, path }) => {
        // A path may lead elsewhere than to the door that it was made for, `.` as a segment for one.
        const own = doorAt([door], method, URL.parse(path, stack.urls.host)?.pathname ?? '') !== undefined
        return [...always(answer), ...(own && !isOfHost(answer) ? check(door, answer) : [])]
      },
  }
}
