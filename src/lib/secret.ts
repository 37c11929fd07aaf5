import { inspect } from 'node:util'

const shown = '[secret]'

/**
 * Holds a value that must not leave one activity's memory (P6): JSON, inspect and template strings print `[secret]`,
 * only `reveal()` hands the value out. Compare secrets by revealing both at the place of comparison.
 */
export class Secret<T = string> {
  readonly #value: T

  constructor(value: T) {
    this.#value = value
  }

  reveal(): T {
    return this.#value
  }

  toString(): string {
    return shown
  }

  toJSON(): string {
    return shown
  }

  [Symbol.toPrimitive](): string {
    return shown
  }

  [inspect.custom](): string {
    return shown
  }
}
