import type { Pair } from '../../src/lib/replicate/pair.ts'
import { ServiceError } from '../../src/lib/service-error.ts'

/** A pair whose call number `failing` to the target is carried out and then answered by nothing. */
export const losingReply = (pair: Pair, failing: number): { readonly pair: Pair; readonly calls: () => number } => {
  let calls = 0
  const target = new Proxy(pair.target, {
    get: (real, property, receiver) => {
      const member: unknown = Reflect.get(real, property, receiver)
      if (typeof member !== 'function') return member
      return async (...args: unknown[]) => {
        calls += 1
        const fails = calls === failing
        const answer: unknown = await (member as (...args: unknown[]) => unknown).apply(real, args)
        if (fails) throw new ServiceError('unavailable', 'no answer', { side: 'target' })
        return answer
      }
    },
  })
  return { pair: { ...pair, target }, calls: () => calls }
}
