/**
 * A handler whose code is loaded when it is first called: the event that wakes an instance does not wait for it.
 */
export const later = <A extends readonly unknown[], R>(
  load: () => Promise<(...args: A) => Promise<R>>,
): ((...args: A) => Promise<R>) => {
  let handler: ReturnType<typeof load> | undefined
  return async (...args) => {
    handler ??= load()
    return (await handler)(...args)
  }
}
