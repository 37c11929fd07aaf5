/** What is published in A, and how it changes: a title in the clear, a film with its policies, and policies alone. */
import { randomBytes } from 'node:crypto'
import type { Kind, Unit } from '../../src/lib/model.ts'
import type { Region, TwoRegions } from '../support/two-regions.ts'
import type { Edition, Published, Scenario } from './scenario.ts'

const odata = (type: string) => `#Microsoft.Media.${type}`

const unitOf = (kind: Kind, name: string): Unit => ({ route: 'east>west', kind, name })

/** @returns the secret in it. */
const putKeyPolicy = async ({ arm: { east } }: TwoRegions, name: string): Promise<string> => {
  const keyValue = randomBytes(40).toString('base64')
  await east.put(`contentKeyPolicies/${name}`, {
    options: [
      {
        name: 'token',
        configuration: { '@odata.type': odata('ContentKeyPolicyClearKeyConfiguration') },
        restriction: {
          '@odata.type': odata('ContentKeyPolicyTokenRestriction'),
          issuer: 'https://contoso.example',
          audience: 'viewers',
          restrictionTokenType: 'Jwt',
          primaryVerificationKey: { '@odata.type': odata('ContentKeyPolicySymmetricTokenKey'), keyValue },
        },
      },
    ],
  })
  return keyValue
}

const putStreamingPolicy = async ({ arm: { east } }: TwoRegions, name: string, download: boolean): Promise<void> => {
  await east.put(`streamingPolicies/${name}-policy`, {
    defaultContentKeyPolicyName: `${name}-keys`,
    envelopeEncryption: { enabledProtocols: { download, dash: true, hls: true, smoothStreaming: true } },
  })
}

/** Takes a film's policies, of which an account may have a hundred, out of both regions, with the locators that use them. */
export const withoutPolicies = async ({ arm }: TwoRegions, name: string): Promise<void> => {
  for (const region of Object.values(arm))
    for (const collection of ['streamingLocators', 'streamingPolicies', 'contentKeyPolicies'])
      for (const found of await region.list(collection))
        if (found.name.startsWith(name)) await region.delete(`${collection}/${found.name}`)
}

/** An asset with files, a filter and a locator that names it, in the clear. */
export const putTitle = async (
  ground: TwoRegions,
  region: Region,
  name: string,
  edition: Edition,
  locator: object = {},
): Promise<void> => {
  const arm = ground.arm[region]
  await arm.put(`assets/${name}`, { container: name, description: name })
  for (const [file, text] of Object.entries(edition)) await ground.putBlob(region, name, file, text)
  await arm.put(`assets/${name}/assetFilters/f1`, { firstQuality: { bitrate: 1000 } })
  await arm.put(`streamingLocators/${name}-clear`, {
    assetName: name,
    streamingPolicyName: 'Predefined_ClearStreamingOnly',
    filters: ['f1'],
    ...locator,
  })
}

export const publishTitle = async (ground: TwoRegions, name: string): Promise<Published> => {
  const edition = { 'a.mp4': 'picture', 'b.mp4': 'sound' }
  await putTitle(ground, 'east', name, edition)
  return { name, units: [unitOf('asset', name)], locators: [`${name}-clear`], editions: [edition], secrets: [] }
}

/** Its policies are its own, so that every film costs their passes too. */
export const publishFilm = async (ground: TwoRegions, name: string): Promise<Published> => {
  const { east } = ground.arm
  const secret = await putKeyPolicy(ground, `${name}-keys`)
  await putStreamingPolicy(ground, name, false)
  const title = await publishTitle(ground, name)
  const keyed = `${name}-keyed`
  await east.put(`streamingLocators/${keyed}`, { assetName: name, streamingPolicyName: `${name}-policy` })
  const { contentKeys } = await east.post(`streamingLocators/${keyed}`, 'listContentKeys')
  const values = (contentKeys as readonly { readonly value: string }[]).map(({ value }) => value)
  return { ...title, locators: [...title.locators, keyed], secrets: [secret, ...values] }
}

/** Files, a filter, and a locator less. */
export const changeFilm = async (ground: TwoRegions, film: Published): Promise<Published> => {
  const { name, editions } = film
  const { east } = ground.arm
  const edition = { 'a.mp4': 'another picture', 'c.mp4': 'subtitles' }
  for (const [file, text] of Object.entries(edition)) await ground.putBlob('east', name, file, text)
  await ground.deleteBlob('east', name, 'b.mp4')
  await east.put(`assets/${name}/assetFilters/f1`, { firstQuality: { bitrate: 2000 } })
  await east.delete(`streamingLocators/${name}-clear`)
  return { ...film, editions: [...editions, edition] }
}

const policies = (name: string, secrets: readonly string[]): Published => ({
  name,
  units: [unitOf('streamingPolicy', `${name}-policy`), unitOf('contentKeyPolicy', `${name}-keys`)],
  locators: [],
  editions: [],
  secrets,
})

export const publishPolicies = async (ground: TwoRegions, name: string): Promise<Published> => {
  const secret = await putKeyPolicy(ground, `${name}-keys`)
  await putStreamingPolicy(ground, name, false)
  return policies(name, [secret])
}

/** Another secret in the one; the other is replaced, since it cannot be changed. */
const changePolicies = async (ground: TwoRegions, { name, secrets }: Published): Promise<Published> => {
  const secret = await putKeyPolicy(ground, `${name}-keys`)
  await ground.arm.east.delete(`streamingPolicies/${name}-policy`)
  await putStreamingPolicy(ground, name, true)
  return policies(name, [...secrets, secret])
}

export const firstCopy: Scenario = { title: 'a first copy with its policies', label: 'copy', publish: publishFilm }
export const liveChange: Scenario = {
  title: 'a change under live locators',
  label: 'live',
  publish: publishFilm,
  changes: [changeFilm],
}
export const newPolicies: Scenario = { title: 'new policies alone', label: 'policies', publish: publishPolicies }
export const editedPolicies: Scenario = {
  title: 'policies that are edited and replaced',
  label: 'edits',
  publish: publishPolicies,
  changes: [changePolicies],
}
