import { describe, expect, it } from 'vitest'
import actions from '../../../infra/media/actions.json' with { type: 'json' }
import { heldAgainstRoles } from '../../support/used-rights.ts'

const all = [...actions.source, ...actions.target, ...actions.containerSas].map(action => ({
  principal: 'twinstream-target-west',
  action: action.slice('Microsoft.Media/mediaservices/'.length),
  allowed: true,
}))

describe('what the app asked for in all tests', () => {
  it('is exactly what its roles have', () => {
    expect(heldAgainstRoles(all, true)).toContain('none beyond')
  })

  it('may be less in some of them', () => {
    expect(heldAgainstRoles(all.slice(1), false)).toContain(`${all.length - 1} of the ${all.length}`)
    expect(() => heldAgainstRoles(all.slice(1), true)).toThrow('no test of the app needed: read')
  })

  it('P5: is never more', () => {
    const more = { principal: 'twinstream-target-west', action: 'jobs/write', allowed: true }
    expect(() => heldAgainstRoles([...all, more], false)).toThrow('no role of infra/media/actions.json has: jobs/write')
    const inSource = { principal: 'twinstream-source-east', action: 'assets/write', allowed: true }
    expect(() => heldAgainstRoles([...all, inSource], false)).toThrow('twinstream-source-… does what no role')
    expect(heldAgainstRoles([...all, { ...more, allowed: false }], false)).toContain('ok')
    expect(heldAgainstRoles([...all, { ...more, principal: 'publisher' }], false)).toContain('ok')
  })
})
