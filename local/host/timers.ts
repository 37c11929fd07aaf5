import { Cron } from 'croner'
import type { Counters } from './counters.ts'
import { HostError, messageOf } from './errors.ts'
import type { Invoke } from './invoke.ts'
import type { Log } from './log.ts'
import type { RegisteredFunction } from './registry.ts'
import type { Schedules } from './schedules.ts'

export interface TimerParts {
  readonly invoke: Invoke
  readonly counters: Counters
  readonly schedules: Schedules
  readonly log: Log
  /** Below 1: the timer runs every (interval × pace), at least every second, instead of at its cron times. */
  readonly pace: number
  /** For `%NAME%` in schedules. */
  readonly settings: NodeJS.ProcessEnv
  readonly onFatal: (error: unknown) => void
}

/** The longest delay setTimeout takes. */
const longestDelay = 2 ** 31 - 1
/** Missed runs are caught up only for schedules this slow, as on the real host. */
const monitoredFrom = 60_000

/** One timer trigger. Its runs never overlap; a run asked for during a run follows it. */
export class Timer {
  readonly #fn: RegisteredFunction
  readonly #parts: TimerParts
  readonly #cron: Cron
  #alarm: NodeJS.Timeout | undefined
  #due: number | undefined
  #running: Promise<void> | undefined
  #again = false
  #stopped = false

  /** Throws HostError when the schedule is no NCRONTAB expression. */
  constructor(fn: RegisteredFunction, parts: TimerParts) {
    this.#fn = fn
    this.#parts = parts
    this.#cron = parseSchedule(fn, parts.settings)
  }

  start(): void {
    const { runOnStartup, useMonitor } = this.#fn.trigger.binding
    const now = Date.now()
    const known = this.#parts.schedules.get(this.#fn.name)
    const missed = known?.next ?? Number.POSITIVE_INFINITY
    const pastDue = useMonitor !== false && this.#interval(now) >= monitoredFrom && missed < now
    if (!known) this.#parts.schedules.set(this.#fn.name, { last: null, next: this.#next(now) ?? null, updated: now })
    if (runOnStartup === true || pastDue) this.#fire(pastDue)
    this.#arm()
  }

  /** Runs now, or again after the run at hand. */
  trigger(): void {
    if (this.#running !== undefined) this.#again = true
    else this.#fire(false)
  }

  /** Runs once if its time has come meanwhile, as on the real host. */
  clockMoved(): void {
    clearTimeout(this.#alarm)
    if (!this.#stopped && this.#due !== undefined) this.#wait(this.#due)
  }

  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#alarm)
    await this.#running
  }

  #arm(): void {
    if (this.#stopped) return
    const next = this.#next(Date.now())
    if (next !== undefined) this.#wait(next)
  }

  #wait(next: number): void {
    this.#due = next
    const delay = next - Date.now()
    this.#alarm = setTimeout(
      () => {
        if (Date.now() < next) return this.#wait(next)
        if (this.#running === undefined) this.#fire(false)
        this.#arm()
      },
      Math.min(Math.max(delay, 0), longestDelay),
    )
  }

  #next(now: number): number | undefined {
    const { pace } = this.#parts
    if (pace < 1) return now + Math.max(1000, this.#interval(now) * pace)
    return this.#cron.nextRun(new Date(now))?.getTime()
  }

  #interval(now: number): number {
    const [first, second] = this.#cron.nextRuns(2, new Date(now))
    return first && second ? second.getTime() - first.getTime() : Number.POSITIVE_INFINITY
  }

  #fire(pastDue: boolean): void {
    this.#running = this.#run(pastDue)
      .catch(this.#parts.onFatal)
      .finally(() => {
        this.#running = undefined
        if (!this.#again || this.#stopped) return
        this.#again = false
        this.#fire(false)
      })
  }

  async #run(pastDue: boolean): Promise<void> {
    const { invoke, counters, schedules, log } = this.#parts
    const { name } = this.#fn
    const before = schedules.get(name)
    const begun = Date.now()
    const next = this.#next(begun) ?? null
    schedules.set(name, { last: begun, next, updated: begun })
    counters.countLater(name, 'started')
    try {
      const iso = (time: number | null | undefined) => new Date(time ?? 0).toISOString()
      const ScheduleStatus = { Last: iso(before?.last), Next: iso(next), LastUpdated: iso(before?.updated) }
      const info = { Schedule: { AdjustForDST: false }, ScheduleStatus, IsPastDue: pastDue }
      await invoke(this.#fn, { data: { json: JSON.stringify(info) } })
      counters.countLater(name, 'succeeded')
    } catch (error) {
      counters.countLater(name, 'failed')
      log('error', `Function.${name}`, `failed: ${messageOf(error)}`)
    }
  }
}

const parseSchedule = (fn: RegisteredFunction, settings: NodeJS.ProcessEnv): Cron => {
  const raw = String(fn.trigger.binding.schedule ?? '')
  const name = /^%(.+)%$/.exec(raw)?.[1]
  const schedule = name === undefined ? raw : settings[name]
  if (schedule === undefined)
    throw new HostError(`Timer '${fn.name}': the setting ${name} for its schedule is missing.`)
  try {
    // Six parts with the second first, UTC, and both day fields must match: NCRONTAB.
    return new Cron(schedule, { mode: '6-part', domAndDow: true, timezone: 'UTC', paused: true })
  } catch (error) {
    throw new HostError(`Timer '${fn.name}': '${schedule}' is no schedule of six parts: ${messageOf(error)}`)
  }
}
