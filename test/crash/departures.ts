/** What goes in A once its twin is there, and what an operator decides about a title. */
import { routeOf } from '../support/two-regions.ts'
import { publishPolicies, publishTitle, putTitle } from './films.ts'
import type { Change, Scenario } from './scenario.ts'

const gone: Change = async ({ arm: { east } }, title) => {
  await east.delete(`streamingLocators/${title.name}-clear`)
  await east.delete(`assets/${title.name}`)
  return { ...title, inGrace: true }
}

/** At this pace the seven days are half a second; at the usual one of these tests they are longer than any test. */
const graceOver: Change = async (_, { inGrace, ...title }) => ({ ...title, pace: '0.000001' })

const ofTitle = { routes: [routeOf('east', 'west', { deletes: 'assets' })], publish: publishTitle }

export const goneTitle: Scenario = {
  ...ofTitle,
  title: 'a title that is deleted',
  label: 'gone',
  changes: [gone],
}

export const removedTwin: Scenario = {
  ...ofTitle,
  title: 'a twin whose grace is over',
  label: 'over',
  changes: [gone, graceOver],
}

export const gonePolicies: Scenario = {
  title: 'policies that are deleted',
  label: 'dropped',
  publish: publishPolicies,
  changes: [
    async ({ arm: { east } }, policies) => {
      await east.delete(`streamingPolicies/${policies.name}-policy`)
      await east.delete(`contentKeyPolicies/${policies.name}-keys`)
      return policies
    },
  ],
}

/** In B somebody has changed files and a filter, published anew and withdrawn; an operator keeps that. */
const keptInB: Change = async (ground, title) => {
  const { name, editions } = title
  const { west } = ground.arm
  const edition = { ...editions[0], 'a.mp4': 'picture of B', 'c.mp4': 'subtitles of B' }
  for (const file of ['a.mp4', 'c.mp4'] as const) await ground.putBlob('west', name, file, edition[file])
  await west.put(`assets/${name}/assetFilters/f1`, { firstQuality: { bitrate: 3000 } })
  await west.put(`streamingLocators/${name}-new`, {
    assetName: name,
    streamingPolicyName: 'Predefined_ClearStreamingOnly',
  })
  await west.delete(`streamingLocators/${name}-clear`)
  return {
    ...title,
    locators: [`${name}-clear`, `${name}-new`],
    editions: [...editions, edition],
    asked: { reason: 'failback', permissions: { moveHome: true } },
    home: 'west',
  }
}

export const movedHome: Scenario = {
  title: 'a title whose home moves to B',
  label: 'moved',
  routes: [routeOf('east', 'west'), routeOf('west', 'east')],
  publish: publishTitle,
  changes: [keptInB],
}

/** Somebody has made a twin by hand, of an older edition; an operator lets the app take it over. */
export const adoptedTwin: Scenario = {
  title: 'a twin of somebody else that is adopted',
  label: 'adopted',
  async publish(ground, name) {
    const title = await publishTitle(ground, name)
    const { streamingLocatorId } = (await ground.arm.east.get(`streamingLocators/${name}-clear`))?.properties ?? {}
    const standing = { ...title.editions[0], 'a.mp4': 'older picture' }
    await putTitle(ground, 'west', name, standing, { streamingLocatorId })
    await ground.arm.east.put(`streamingLocators/${name}-new`, {
      assetName: name,
      streamingPolicyName: 'Predefined_ClearStreamingOnly',
    })
    return {
      ...title,
      locators: [...title.locators, `${name}-new`],
      editions: [standing, ...title.editions],
      asked: { reason: 'resync', permissions: { adopt: true } },
    }
  },
}
