/** Something an orchestrator waits for. It settles once, successfully or not; what waits for it goes on at once. */
export class Task {
  settled = false
  failed = false
  readonly #waiting: (() => void)[] = []

  settle(failed = false): void {
    if (this.settled) return
    this.settled = true
    this.failed = failed
    for (const next of this.#waiting) next()
  }

  whenSettled(next: () => void): void {
    if (this.settled) next()
    else this.#waiting.push(next)
  }
}

export const settledTask = (): Task => {
  const task = new Task()
  task.settle()
  return task
}

/** Settles when the last child has, even when one failed earlier: so the host does, unlike the SDK. */
export const whenAll = (children: readonly Task[]): Task => {
  const all = new Task()
  let left = children.length
  if (left === 0) all.settle()
  for (const child of children) {
    child.whenSettled(() => {
      left -= 1
      if (left === 0) all.settle(children.some(one => one.failed))
    })
  }
  return all
}

/** Settles with the first child. */
export const whenAny = (children: readonly Task[]): Task => {
  const any = new Task()
  for (const child of children) child.whenSettled(() => any.settle(child.failed))
  return any
}
