/** All time of the simulator comes from here, so that tests can move it. */
export interface Clock {
  /** 100 ns since 1970 in UTC, the precision of the service's time stamps. */
  ticks(): bigint
  /** Calls `action` once, after at least `milliseconds`; the answer cancels it. */
  after(milliseconds: number, action: () => void): () => void
}

export const ticksPerMillisecond = 10_000n

export const millisecondsOf = (ticks: bigint): number => Number(ticks / ticksPerMillisecond)

/** The machine's clock; its timers do not keep the process alive. */
export const systemClock = (): Clock => ({
  ticks: () => BigInt(Math.floor((performance.timeOrigin + performance.now()) * 1000)) * 10n,
  after(milliseconds, action) {
    const timer = setTimeout(action, milliseconds)
    timer.unref()
    return () => clearTimeout(timer)
  },
})

/** A clock that stands still until it is moved. */
export interface ManualClock extends Clock {
  /** Moves time on and runs what has become due, in order of due time. */
  advance(milliseconds: number): void
}

export const manualClock = (start: Date): ManualClock => {
  let now = BigInt(start.getTime()) * ticksPerMillisecond
  let timers: { readonly due: bigint; readonly action: () => void }[] = []
  const nextDue = (limit: bigint) =>
    timers
      .filter(({ due }) => due <= limit)
      .reduce<(typeof timers)[number] | undefined>(
        (first, timer) => (first === undefined || timer.due < first.due ? timer : first),
        undefined,
      )
  return {
    ticks: () => now,
    after(milliseconds, action) {
      const timer = { due: now + BigInt(Math.round(milliseconds)) * ticksPerMillisecond, action }
      timers.push(timer)
      return () => {
        timers = timers.filter(other => other !== timer)
      }
    },
    advance(milliseconds) {
      const target = now + BigInt(Math.round(milliseconds)) * ticksPerMillisecond
      for (let timer = nextDue(target); timer !== undefined; timer = nextDue(target)) {
        const due = timer
        timers = timers.filter(other => other !== due)
        now = due.due > now ? due.due : now
        due.action()
      }
      now = target
    },
  }
}
