/** What the app asked of media accounts in all tests, against the roles that a deployment gives it. */
import actions from '../../infra/media/actions.json' with { type: 'json' }
import type { UsedAction } from '../../local/simulator/action-record.ts'

const prefix = 'Microsoft.Media/mediaservices/'
const granted: readonly string[] = [...actions.source, ...actions.containerSas, ...actions.target].map(action =>
  action.slice(prefix.length).toLowerCase(),
)
/** Names of the app's identities in the local stack; tests that take rights away give it others, or refuse it. */
const isApp = ({ principal }: UsedAction) => principal.startsWith('twinstream-')

/**
 * One line for people. Throws where the app was let do what no role has; or, after all tests, where a role has what nothing
 * needed.
 * @param complete whether all tests have run.
 */
export const heldAgainstRoles = (used: readonly UsedAction[], complete: boolean): string => {
  const done = new Set(used.filter(one => isApp(one) && one.allowed).map(({ action }) => action.toLowerCase()))
  const beyond = [...done].filter(action => !granted.includes(action))
  if (beyond.length > 0)
    throw new Error(`The app does what no role of infra/media/actions.json has: ${beyond.join(', ')}`)
  const unused = granted.filter(action => !done.has(action))
  if (complete && unused.length > 0)
    throw new Error(`Roles of infra/media/actions.json have what no test of the app needed: ${unused.join(', ')}`)
  return `ok: the app needed ${done.size} of the ${granted.length} actions of its roles, and none beyond`
}
