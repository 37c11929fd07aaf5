/** What Node writes around the message of an error that nobody caught: indented lines, brackets, its place, warnings. */
const around = /^(\s|[{}[\]]|$|Node\.js v|Emitted |\(|\S+:\d+$)/

/** Whether a line of stderr may say why a process ended; the last one that may is what to show of its end. */
export const isReason = (line: string): boolean => !around.test(line)
