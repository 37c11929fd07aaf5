/** What the service reads from the file of a text track: its language, and whether it is what it says it is. */

/** WebVTT has its header up to the first empty line; TTML is XML. Undefined when no language is given. */
export const languageOf = (fileName: string, content: string): string | undefined => {
  if (/\.ttml$/i.test(fileName)) return /\bxml:lang\s*=\s*["']([^"']+)["']/.exec(content)?.[1]
  const header = content.split(/\r?\n\s*\r?\n/, 1)[0] ?? ''
  return /^Language:[ \t]*(\S+)[ \t]*$/im.exec(header)?.[1]
}

export interface TrackError {
  readonly code: string
  readonly message: string
}

/** Why no track can be made of the file; the operation ends with it. */
export const problemOf = (fileName: string, content: string): TrackError | undefined => {
  const isVtt = /^\uFEFF?WEBVTT(\s|$)/.test(content)
  if (!/\.vtt$/i.test(fileName) || isVtt) return undefined
  return { code: 'ClientError', message: 'Error while parsing WEBVTT file and creating CMFT header.' }
}
