/** Two executions of a step in an order that a test chooses. */

/** Something that happens once, for others to wait for. */
export const signal = () => {
  let open = () => {}
  const opened = new Promise<void>(done => {
    open = done
  })
  return { opened, open }
}

/** An account or a ledger of which one member waits, and tells when it is done. */
export const around = <T extends object>(
  object: T,
  member: keyof T,
  before: (...args: never[]) => Promise<unknown> | undefined,
  after: (...args: never[]) => void = () => {},
): T =>
  new Proxy(object, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key)
      if (key !== member || typeof value !== 'function') return value
      return async (...args: never[]) => {
        await before(...args)
        const answer: unknown = await value.apply(target, args)
        after(...args)
        return answer
      }
    },
  })
