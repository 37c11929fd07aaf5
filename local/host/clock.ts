/**
 * The time of this process, the app in it included, ahead of the machine's: as if somebody had set the clock of the
 * machine. Like then, what waits by a timer of the process goes on waiting; whoever moves the clock has to look whether
 * something has become due.
 */
const { Date: MachineDate } = globalThis

let ahead = 0

const now = (): number => MachineDate.now() + ahead

const movedDate = new Proxy(MachineDate, {
  construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  apply: () => new MachineDate(now()).toString(),
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
})

/** Moves it on, once more each time. Another process starts with the machine's time. */
export const moveClock = (milliseconds: number): void => {
  ahead += milliseconds
  globalThis.Date = movedDate
}
