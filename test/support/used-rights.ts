/** What the app asked of media accounts in all tests, against the roles that a deployment gives it. */
import actions from '../../infra/media/actions.json' with { type: 'json' }
import type { UsedAction } from '../../local/simulator/action-record.ts'

const prefix = 'Microsoft.Media/mediaservices/'
const below = (list: readonly string[]) => list.map(action => action.slice(prefix.length).toLowerCase())
/** By what identities of the app begin with in the local stack; tests that take rights away name theirs otherwise. */
const roles: readonly (readonly [principal: string, granted: readonly string[]])[] = [
  ['twinstream-source-', below([...actions.source, ...actions.containerSas])],
  ['twinstream-target-', below([...actions.source, ...actions.containerSas, ...actions.target])],
]
const all = new Set(roles.flatMap(([, granted]) => granted))

/**
 * One line for people. Throws where the app was let do what no role has; or, after all tests, where a role has what nothing
 * needed.
 * @param complete whether all tests have run.
 */
export const heldAgainstRoles = (used: readonly UsedAction[], complete: boolean): string => {
  const done = new Set<string>()
  for (const [principal, granted] of roles) {
    const own = used.filter(one => one.allowed && one.principal.startsWith(principal))
    const asked = own.map(({ action }) => action.toLowerCase())
    const beyond = asked.filter(action => !granted.includes(action))
    if (beyond.length > 0)
      throw new Error(`${principal}… does what no role of infra/media/actions.json has: ${beyond.join(', ')}`)
    for (const action of asked) done.add(action)
  }
  const unused = [...all].filter(action => !done.has(action))
  if (complete && unused.length > 0)
    throw new Error(`Roles of infra/media/actions.json have what no test of the app needed: ${unused.join(', ')}`)
  return `ok: the app needed ${done.size} of the ${all.size} actions of its roles, and none beyond`
}
