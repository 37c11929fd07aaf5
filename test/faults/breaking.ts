/** An app with a mistake in it, made on purpose while it is bundled, so that whoever looks for mistakes can be tried. */
import type { Plugin } from 'rolldown'

export interface Break {
  /** From the root of the repository. */
  readonly file: string
  /** What is written there, once. */
  readonly right: string
  readonly wrong: string
}

/** Throws where a file no longer says what a break would change. */
export const breaking = (breaks: readonly Break[]): Plugin => {
  const todo = new Set(breaks)
  return {
    name: 'breaking',
    transform(code, id) {
      let broken = code
      for (const one of breaks.filter(({ file }) => id.endsWith(`/${file}`))) {
        if (broken.split(one.right).length !== 2) throw new Error(`${one.file} does not say once: ${one.right}`)
        broken = broken.replace(one.right, () => one.wrong)
        todo.delete(one)
      }
      return broken === code ? null : broken
    },
    buildEnd(error) {
      if (error === undefined && todo.size > 0)
        throw new Error(`Not in the bundle: ${[...todo].map(({ file }) => file)}`)
    },
  }
}
