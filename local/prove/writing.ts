/** Checks that make something in the target, under names of their own, and remove it whatever happens. */
import { randomUUID } from 'node:crypto'
import type { Answered } from './account.ts'
import { type Finding, type Ground, notRun, proven, refuted } from './check.ts'

interface Stage {
  readonly asset: string
  readonly id: string
  put(locator: string): Promise<Answered>
  remove(path: string): Promise<Answered>
}

const told = ({ status, body }: Answered): string => `${status}${body?.error?.code ? ` ${body.error.code}` : ''}`
const isDone = ({ status }: Answered): boolean => status >= 200 && status < 300

/** Names what is left in the target for somebody to remove. */
export const tellLeft = (account: string, left: ReadonlySet<string>): void => {
  if (left.size > 0) console.error(`${account}: could not be removed, do it by hand: ${[...left].join(', ')}`)
}

/** An asset without files, and what takes locators of one id on and off it. */
const staged = async (
  { target, prefix, stop }: Ground,
  check: (stage: Stage) => Promise<Finding>,
): Promise<Finding> => {
  const asset = `${prefix}-asset`
  const id = randomUUID()
  const remove = (path: string) => target.ask('DELETE', path)
  /** Noted before it is asked for: whoever loses the answer has made it all the same. */
  const make = (path: string, properties: object) => {
    stop.signal.throwIfAborted()
    stop.made.add(path)
    return target.ask('PUT', path, { properties })
  }
  const put = (locator: string) => {
    const properties = {
      assetName: asset,
      streamingPolicyName: 'Predefined_ClearStreamingOnly',
      streamingLocatorId: id,
    }
    return make(`streamingLocators/${locator}`, properties)
  }
  /** Whether it is gone: what was never made, or went with its asset, is as well. */
  const isGone = async (path: string): Promise<boolean> => {
    const answer = await remove(path).catch(() => undefined)
    return answer !== undefined && (isDone(answer) || answer.status === 404)
  }
  try {
    const made = await make(`assets/${asset}`, {})
    if (made.status === 403) return notRun(`nothing may be made in ${target.end.key}: ${told(made)}`)
    return isDone(made) ? await check({ asset, id, put, remove }) : refuted(`an asset could not be made: ${told(made)}`)
  } finally {
    // The last one first: locators before their asset.
    for (const path of [...stop.made].toReversed()) if (await isGone(path)) stop.made.delete(path)
    tellLeft(target.end.key, stop.made)
    stop.made.clear()
  }
}

export const existsTwice = (ground: Ground): Promise<Finding> =>
  staged(ground, async ({ put }) => {
    const name = `${ground.prefix}-locator`
    const [first, second] = [await put(name), await put(name)]
    if (!isDone(first)) return refuted(`a locator could not be made: ${told(first)}`)
    const seen = `the second PUT is answered with ${told(second)}`
    return [200, 201, 400, 409].includes(second.status) ? proven(seen) : refuted(seen)
  })

export const deletedTwice = (ground: Ground): Promise<Finding> =>
  staged(ground, async ({ put, remove }) => {
    const name = `${ground.prefix}-locator`
    await put(name)
    const [first, second] = [await remove(`streamingLocators/${name}`), await remove(`streamingLocators/${name}`)]
    const seen = `DELETE is answered with ${told(first)}, then ${told(second)}`
    return isDone(first) && (isDone(second) || second.status === 404) ? proven(seen) : refuted(seen)
  })

export const idTwice = (ground: Ground): Promise<Finding> =>
  staged(ground, async ({ put }) => {
    const [first, second] = [await put(`${ground.prefix}-one`), await put(`${ground.prefix}-two`)]
    if (!isDone(first)) return refuted(`a locator could not be made: ${told(first)}`)
    const seen = `a second locator of one id in the same account is answered with ${told(second)}`
    return isDone(second) ? refuted(seen) : proven(`${seen}; two accounts of a region are left to try by hand`)
  })

export const assetWithLocators = (ground: Ground): Promise<Finding> =>
  staged(ground, async ({ asset, put, remove }) => {
    const name = `${ground.prefix}-locator`
    await put(name)
    const deleted = await remove(`assets/${asset}`)
    if (!isDone(deleted)) return proven(`it is refused with ${told(deleted)}`)
    const left = await ground.target.ask('GET', `streamingLocators/${name}`)
    return left.status === 404 ? proven('its locators go with it') : refuted('its locator outlives it')
  })
