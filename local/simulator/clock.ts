/** All time of the simulator comes from here, so that it can be moved. */
export interface Clock {
  /** 100 ns since 1970 in UTC, the precision of the service's time stamps. */
  ticks(): bigint
  /** Calls `action` once, after at least `milliseconds`; the answer cancels it. */
  after(milliseconds: number, action: () => void): () => void
}

export const ticksPerMillisecond = 10_000n

export const millisecondsOf = (ticks: bigint): number => Number(ticks / ticksPerMillisecond)
const ticksOf = (milliseconds: number): bigint => BigInt(Math.round(milliseconds)) * ticksPerMillisecond

/** A timer of the platform that is longer fires at once. */
const longestTimer = 2 ** 31 - 1

/** The machine's clock; its timers do not keep the process alive. */
export const systemClock = (): Clock => ({
  ticks: () => BigInt(Math.floor((performance.timeOrigin + performance.now()) * 1000)) * 10n,
  after(milliseconds, action) {
    const left = milliseconds - longestTimer
    let cancel = () => {}
    const timer = setTimeout(
      () => {
        if (left > 0) cancel = this.after(left, action)
        else action()
      },
      Math.min(milliseconds, longestTimer),
    )
    timer.unref()
    cancel = () => clearTimeout(timer)
    return () => cancel()
  },
})

/** A clock that can be moved on. */
export interface MovableClock extends Clock {
  /** Moves time on and runs what has become due, in order of due time. */
  advance(milliseconds: number): void
}

interface Timer {
  readonly due: bigint
  readonly action: () => void
  cancel: () => void
}

/** Runs with `base`, ahead of it by what it was moved. */
export const movableClock = (base: Clock): MovableClock => {
  let ahead = 0n
  const timers = new Set<Timer>()
  const ticks = () => base.ticks() + ahead
  const moveTo = (time: bigint) => {
    if (time > ticks()) ahead += time - ticks()
  }
  const run = (timer: Timer) => {
    timers.delete(timer)
    timer.action()
  }
  const arm = (timer: Timer) => {
    timer.cancel = base.after(Math.max(0, millisecondsOf(timer.due - ticks())), () => run(timer))
  }
  const nextDue = (limit: bigint) => {
    let first: Timer | undefined
    for (const timer of timers) if (timer.due <= limit && (first === undefined || timer.due < first.due)) first = timer
    return first
  }
  return {
    ticks,
    after(milliseconds, action) {
      const timer: Timer = { due: ticks() + ticksOf(milliseconds), action, cancel: () => {} }
      timers.add(timer)
      arm(timer)
      return () => {
        timers.delete(timer)
        timer.cancel()
      }
    },
    advance(milliseconds) {
      const target = ticks() + ticksOf(milliseconds)
      for (let timer = nextDue(target); timer !== undefined; timer = nextDue(target)) {
        timer.cancel()
        moveTo(timer.due)
        run(timer)
      }
      moveTo(target)
      for (const timer of timers) {
        timer.cancel()
        arm(timer)
      }
    },
  }
}

/** A clock that stands still until it is moved. */
export const manualClock = (start: Date): MovableClock => {
  const now = ticksOf(start.getTime())
  return movableClock({ ticks: () => now, after: () => () => {} })
}

/** The same clock, whose timers can all be stopped; those of others go on. */
export const stoppable = (clock: MovableClock): MovableClock & { stop(): void } => {
  const running = new Set<() => void>()
  let stopped = false
  return {
    ticks: () => clock.ticks(),
    after(milliseconds, action) {
      if (stopped) return () => {}
      const cancel = clock.after(milliseconds, () => {
        running.delete(cancel)
        action()
      })
      running.add(cancel)
      return () => {
        running.delete(cancel)
        cancel()
      }
    },
    advance: milliseconds => clock.advance(milliseconds),
    stop() {
      stopped = true
      for (const cancel of running) cancel()
      running.clear()
    },
  }
}
