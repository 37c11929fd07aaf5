export const levels = ['trace', 'debug', 'information', 'warning', 'error', 'critical'] as const
export type Level = (typeof levels)[number]
export type LogFormat = 'text' | 'json'

/** Writes one record. Callers pass names, ids, counts and messages, never bodies, inputs, headers or settings. */
export type Log = (level: Level, category: string, message: string) => void

/** Every record is one line, whatever the message holds. Records below `threshold` are dropped. */
export const createLog = (
  format: LogFormat,
  threshold: Level,
  write: (line: string) => void,
  now: () => Date = () => new Date(),
): Log => {
  const least = levels.indexOf(threshold)
  return (level, category, message) => {
    if (levels.indexOf(level) < least) return
    const time = now().toISOString()
    write(
      format === 'json' ? JSON.stringify({ time, level, category, message }) : plain(time, level, category, message),
    )
  }
}

const plain = (time: string, level: Level, category: string, message: string): string =>
  `${time} ${level} ${category} ${oneLine(message)}`

/** Control characters are escaped: a message can neither forge a record nor reach the terminal. */
const oneLine = (message: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it removes
  message.replace(/[\u0000-\u001f\u007f\u2028\u2029]/g, char =>
    char === '\n' ? '\\n' : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
