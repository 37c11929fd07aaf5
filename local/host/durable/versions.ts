export type MatchStrategy = 'None' | 'Strict' | 'CurrentOrOlder'
export type FailureStrategy = 'Reject' | 'Fail'

export interface Versioning {
  /** Version that new instances get; empty when host.json names none. */
  readonly defaultVersion: string
  readonly match: MatchStrategy
  readonly failure: FailureStrategy
}

/** Why this app must not run an instance of that version, or undefined when it may. Pure. */
export const versionMismatch = (version: string, { defaultVersion, match }: Versioning): string | undefined => {
  if (match === 'None' || version === defaultVersion) return undefined
  if (match === 'CurrentOrOlder' && compareVersions(version, defaultVersion) <= 0) return undefined
  return `The version '${version}' of this instance does not match '${defaultVersion}', the version of the app (${match}).`
}

/** Numbers between dots are compared as numbers, anything else as text; a missing part comes first. */
export const compareVersions = (a: string, b: string): number => {
  const left = a.split('.')
  const right = b.split('.')
  for (let i = 0; i < Math.max(left.length, right.length); i += 1) {
    const order = compareParts(left[i] ?? '', right[i] ?? '')
    if (order !== 0) return order
  }
  return 0
}

const compareParts = (a: string, b: string): number => {
  const numbers = /^\d+$/.test(a) && /^\d+$/.test(b)
  if (numbers) return Number(a) - Number(b)
  return a < b ? -1 : a > b ? 1 : 0
}
