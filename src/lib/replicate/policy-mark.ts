/**
 * Whose a policy or account filter of the target is, told in the target itself. A policy has no place for a mark of its
 * own, so a small blob in the target's storage says which one we made or adopted: a lost ledger then finds its policies
 * again, as it finds its twins by the marks of their containers.
 */
import { type Facts, isOwned } from '../ledger/facts.ts'
import type { Unit } from '../model.ts'
import { isServiceError } from '../service-error.ts'
import { createContainer, readBlob, writeBlob } from '../storage/container.ts'
import type { Container } from '../storage/ports.ts'
import type { Pair } from './pair.ts'
import { type PolicyUnit, policyMark } from './policy-unit.ts'
import { onSide } from './trouble.ts'

const marksContainer = 'twinstream-marks'
const largestMark = 4096

/** In the first of the target's storage accounts that the route names; a route without storage has no marks. */
const placeOf = (pair: Pair): Container | undefined => {
  const [storageAccount] = Object.values(pair.route.storage).toSorted()
  return storageAccount === undefined ? undefined : pair.targetContainer({ storageAccount, container: marksContainer })
}

const blobOf = (pair: Pair, { kind, name }: Unit): string =>
  `${pair.route.from}/${pair.route.to}/${kind}/${encodeURIComponent(name.toLowerCase())}`

/** What tells an object from another one of its name, e.g. its policy id; account filters have nothing of the kind. */
const identityOf = ({ targetMark = '' }: Facts): string => targetMark.slice(0, targetMark.lastIndexOf('/'))

const readMark = async (pair: Pair, unit: Unit): Promise<Facts> => {
  const container = placeOf(pair)
  if (container === undefined) return {}
  try {
    const text = await onSide('target', readBlob(container, blobOf(pair, unit), largestMark))
    const { owner, identity, sourceAccount } = JSON.parse(new TextDecoder().decode(text)) as Record<string, unknown>
    if (!isOwned(owner) || typeof identity !== 'string') return {}
    return {
      owner,
      mark: identity,
      ...(identity === '' ? {} : { targetMark: `${identity}/` }),
      ...(typeof sourceAccount === 'string' ? { sourceAccount } : {}),
    }
  } catch (error) {
    // One that nobody can read is none.
    if (error instanceof SyntaxError || (isServiceError(error) && error.kind === 'notFound')) return {}
    throw error
  }
}

/**
 * A row that knows nothing of whose the object is asks the mark; the identity in it must be that of the object. It tells
 * the source account as well, so that another one under the name is not followed without a word.
 */
export const withMark = async (pair: Pair, unit: Unit, facts: Facts): Promise<Facts> =>
  facts.owner === undefined ? { ...(await readMark(pair, unit)), ...facts } : facts

/** Whether the mark says of the very object that is in the target that we made or adopted it. */
export const isMarked = async (pair: Pair, unit: PolicyUnit): Promise<boolean> => {
  const { owner, mark } = await readMark(pair, unit)
  return owner !== undefined && ((await policyMark(pair.target, unit))?.startsWith(`${mark}/`) ?? false)
}

/** Takes the mark away: the object is at home in the target, or is about to go. */
export const unmark = async (pair: Pair, unit: Unit): Promise<void> => {
  const container = placeOf(pair)
  if (container === undefined || Object.keys(await readMark(pair, unit)).length === 0) return
  await onSide('target', writeBlob(container, blobOf(pair, unit), '{}'))
}

/** @returns the facts of an object that is ours, with its mark written where it has none or another. */
export const marked = async (pair: Pair, unit: Unit, facts: Facts): Promise<Facts> => {
  const container = placeOf(pair)
  const identity = identityOf(facts)
  if (container === undefined || !isOwned(facts.owner) || facts.mark === identity) return facts
  const { owner, sourceAccount } = facts
  const text = JSON.stringify({ owner, identity, sourceAccount })
  const write = () => onSide('target', writeBlob(container, blobOf(pair, unit), text))
  try {
    await write()
  } catch (error) {
    if (!isServiceError(error) || error.kind !== 'notFound') throw error
    await onSide('target', createContainer(container, {}))
    await write()
  }
  return { ...facts, mark: identity }
}
