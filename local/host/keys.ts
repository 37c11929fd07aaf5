import { randomBytes, timingSafeEqual } from 'node:crypto'
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { HostError, messageOf } from './errors.ts'
import { isRecord, readJson } from './settings-file.ts'

interface KeyFile {
  readonly masterKey: string
  /** Host keys: good for every function. */
  readonly functionKeys: Record<string, string>
  /** Keys of single functions, by function name in lower case. */
  readonly functions: Record<string, Record<string, string>>
  readonly systemKeys: Record<string, string>
}

export type SystemKey = 'durabletask_extension' | 'eventgrid_extension'

/** Access keys of the host, made on first use and kept in a file that only its owner reads. */
export class Keys {
  readonly #state: string
  #keys: KeyFile

  private constructor(state: string, keys: KeyFile) {
    this.#state = state
    this.#keys = keys
  }

  /** Adds keys for functions that have none; rewrites the file only then. */
  static open(state: string, functionNames: readonly string[]): Keys {
    const file = fileIn(state)
    const found = readJson(file, 'key file', true)
    if (found !== undefined && !isKeyFile(found)) {
      throw new HostError(`The key file ${file} is damaged. Remove it: new keys are made at the next start.`)
    }
    const before = JSON.stringify(found)
    const keys = complete(found, functionNames)
    if (JSON.stringify(keys) !== before) save(state, keys)
    return new Keys(state, keys)
  }

  systemKey(name: SystemKey): string {
    return this.#keys.systemKeys[name] ?? ''
  }

  allowsSystem(name: SystemKey, given: string | undefined): boolean {
    return matches(given, [this.systemKey(name), this.#keys.masterKey])
  }

  allowsFunction(name: string, given: string | undefined): boolean {
    const own = Object.values(this.#keys.functions[name.toLowerCase()] ?? {})
    return matches(given, [...own, ...Object.values(this.#keys.functionKeys), this.#keys.masterKey])
  }

  /**
   * Gives a function a key, or another value to a key that it has; kept before it returns.
   * @returns whether the key is new.
   */
  setFunctionKey(functionName: string, keyName: string, value: string): boolean {
    const { functions } = this.#keys
    const own = functions[functionName.toLowerCase()] ?? {}
    this.#keys = {
      ...this.#keys,
      functions: { ...functions, [functionName.toLowerCase()]: { ...own, [keyName]: value } },
    }
    save(this.#state, this.#keys)
    return own[keyName] === undefined
  }

  allowsAdmin(given: string | undefined): boolean {
    return matches(given, [this.#keys.masterKey])
  }
}

const fileIn = (state: string): string => join(state, 'keys.json')

export const newKey = (): string => randomBytes(40).toString('base64url')

const complete = (found: KeyFile | undefined, functionNames: readonly string[]): KeyFile => ({
  masterKey: found?.masterKey ?? newKey(),
  functionKeys: found?.functionKeys ?? { default: newKey() },
  functions: {
    ...found?.functions,
    ...Object.fromEntries(
      functionNames
        .map(name => name.toLowerCase())
        .filter(name => found?.functions[name] === undefined)
        .map(name => [name, { default: newKey() }]),
    ),
  },
  systemKeys: {
    durabletask_extension: newKey(),
    eventgrid_extension: newKey(),
    ...found?.systemKeys,
  },
})

const save = (state: string, keys: KeyFile): void => {
  const file = fileIn(state)
  try {
    mkdirSync(state, { recursive: true, mode: 0o700 })
    writeFileSync(`${file}.new`, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600 })
    renameSync(`${file}.new`, file)
  } catch (error) {
    throw new HostError(`Cannot write the key file ${file}: ${messageOf(error)}`)
  }
}

const isTexts = (value: unknown): boolean =>
  isRecord(value) && Object.values(value).every(one => typeof one === 'string' && one !== '')

const isKeyFile = (value: unknown): value is KeyFile =>
  isRecord(value) &&
  typeof value.masterKey === 'string' &&
  value.masterKey !== '' &&
  isTexts(value.functionKeys) &&
  isTexts(value.systemKeys) &&
  isRecord(value.functions) &&
  Object.values(value.functions).every(isTexts)

/** Compares without telling by its duration how much was right. */
const matches = (given: string | undefined, allowed: readonly string[]): boolean => {
  if (!given) return false
  const bytes = Buffer.from(given)
  return allowed.some(key => {
    const expected = Buffer.from(key)
    return expected.length > 0 && expected.length === bytes.length && timingSafeEqual(expected, bytes)
  })
}
