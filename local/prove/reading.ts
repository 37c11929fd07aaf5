/** Checks that change nothing. */
import { createHash } from 'node:crypto'
import type { AskedAccount, Listed } from './account.ts'
import { type Finding, type Ground, notRun, proven, refuted } from './check.ts'

const lower = (value: unknown): string => String(value).toLowerCase()
const digest = (value: unknown): string => createHash('sha256').update(String(value)).digest('hex')

/** Locators of one name in both accounts. */
const pairs = async ({ source, target }: Ground): Promise<readonly (readonly [Listed, Listed])[]> => {
  const [here, there] = await Promise.all([source.list('streamingLocators'), target.list('streamingLocators')])
  return here.flatMap(one => {
    const twin = there.find(({ name }) => lower(name) === lower(one.name))
    return twin === undefined ? [] : [[one, twin] as const]
  })
}

/** By digest: the values themselves go nowhere (P6). */
const keysOf = async (account: AskedAccount, locator: string): Promise<readonly string[] | undefined> => {
  const { status, body } = await account.ask('POST', `streamingLocators/${locator}/listContentKeys`)
  if (status !== 200) return undefined
  return (body?.contentKeys ?? [])
    .map(({ id, value }) => `${lower(id)} ${digest(value)}`)
    .toSorted((a, b) => a.localeCompare(b))
}

export const sameIds = async (ground: Ground): Promise<Finding> => {
  const found = await pairs(ground)
  if (found.length === 0) return notRun('no locator is in both accounts')
  const other = found.filter(
    ([a, b]) => lower(a.properties.streamingLocatorId) !== lower(b.properties.streamingLocatorId),
  )
  if (other.length > 0) return refuted(`${other[0]?.[0].name} has another id in each account`)
  for (const [{ name }] of found) {
    const [here, there] = await Promise.all([keysOf(ground.source, name), keysOf(ground.target, name)])
    if (here === undefined || there === undefined || here.length === 0) continue
    return here.join() === there.join()
      ? proven(`${found.length} locators have one id in both accounts, ${name} the same key ids and values as well`)
      : refuted(`${name} has other key ids or values in each account`)
  }
  return proven(`${found.length} locators have one id in both accounts; none of them has keys`)
}

const remaining = ({ headers }: { readonly headers: Headers }): readonly [string, number] | undefined => {
  for (const [name, value] of headers)
    if (name.startsWith('x-ms-ratelimit-remaining-'))
      return [name.slice('x-ms-ratelimit-remaining-'.length), Number(value)]
  return undefined
}

export const rateLimits = async ({ target }: Ground): Promise<Finding> => {
  const answer = await target.ask('GET', 'streamingPolicies')
  if (answer.status === 403) return notRun(`${target.end.key} may not be read: 403`)
  const first = remaining(answer)
  const second = remaining(await target.ask('GET', 'streamingPolicies'))
  if (first === undefined || second === undefined) return refuted('answers have no x-ms-ratelimit-remaining header')
  const seen = `${first[0]}: ${first[1]}, then ${second[1]}`
  // Other servers, and other callers, count as well; going up by much is another hour.
  return Number.isFinite(first[1]) && first[0] === second[0] ? proven(seen) : refuted(seen)
}

export const identity = async ({ source, target }: Ground): Promise<Finding> => {
  const ends = [source, target].filter(({ end }) => end.byIdentity)
  if (ends.length === 0) return notRun('both accounts are reached by the value of a setting')
  for (const account of ends) {
    const { status } = await account.ask('GET', '')
    if (status !== 200) return refuted(`${account.end.key} answers ${status} to a token of the identity`)
  }
  return proven(`${ends.map(({ end }) => end.key).join(' and ')} answered to a token of the identity`)
}

export const missingCode = async ({ source, target, prefix }: Ground): Promise<Finding> => {
  const answers = await Promise.all([source, target].map(one => one.ask('GET', `streamingLocators/${prefix}-none`)))
  const seen = answers.map(({ status, body }) => `${status} ${body?.error?.code ?? 'without a code'}`).join(' and ')
  return answers.every(({ status, body }) => status === 404 && body?.error?.code === 'NotFound')
    ? proven(`a locator that nobody made: ${seen}`)
    : refuted(`a locator that nobody made: ${seen}; what both say is for notFoundCodes of their accounts`)
}

const hostOf = async (account: AskedAccount): Promise<string | undefined> => {
  const running = (await account.list('streamingEndpoints')).find(one => one.properties.resourceState === 'Running')
  return running?.properties.hostName
}

const manifest = async (account: AskedAccount, host: string, path: string): Promise<string> => {
  const base = account.end.playersEndpoint === undefined ? `https://${host}` : `${account.end.playersEndpoint}/${host}`
  const response = await fetch(`${base}${path}`, { redirect: 'manual', signal: AbortSignal.timeout(10_000) })
  const text = await response.text()
  return response.status === 200 && text !== '' ? '' : `${account.end.key} answers ${response.status} to ${path}`
}

export const manifests = async (ground: Ground): Promise<Finding> => {
  const found = await pairs(ground)
  const [here, there] = await Promise.all([hostOf(ground.source), hostOf(ground.target)])
  if (there === undefined) return notRun('no streaming endpoint of the target runs')
  const asked: string[] = []
  for (const encrypted of [false, true]) {
    for (const [{ name }] of found) {
      const { body } = await ground.target.ask('POST', `streamingLocators/${name}/listPaths`)
      const path = body?.streamingPaths?.find(
        ({ encryptionScheme, paths }) => (encryptionScheme !== 'NoEncryption') === encrypted && paths.length > 0,
      )?.paths[0]
      if (path === undefined) continue
      const wrong = await Promise.all([
        manifest(ground.target, there, path),
        here === undefined ? '' : manifest(ground.source, here, path),
      ])
      const [first] = wrong.filter(text => text !== '')
      if (first !== undefined) return refuted(first)
      asked.push(`${name} (${encrypted ? 'encrypted' : 'clear'})`)
      break
    }
  }
  const origins = here === undefined ? 'the target; no streaming endpoint of the source runs' : 'both origins'
  return asked.length === 0
    ? notRun('no title with a manifest is in both accounts')
    : proven(`manifests of ${asked.join(' and ')} come from ${origins}; that they play, a player has to show`)
}

export const deployedApp = async ({ app }: Ground): Promise<Finding> => {
  if (app === undefined) return notRun('TWINSTREAM_URL and TWINSTREAM_KEY are not set')
  const ask = async (path: string) => {
    const headers = { 'x-functions-key': app.key }
    const response = await fetch(`${app.url}${path}`, { headers, signal: AbortSignal.timeout(30_000) })
    const body = (await response.json().catch(() => ({}))) as { readonly units?: readonly { readonly run: number }[] }
    return { status: response.status, body }
  }
  const health = await ask('/api/health')
  // Of another address, or of a host that has found no function.
  if (health.status === 404) return notRun('TWINSTREAM_URL answers 404 to /api/health: is it the address of the app?')
  if (health.status !== 200) return refuted(`health answers ${health.status}`)
  const units = await ask('/api/units?outcome=inSync&top=1')
  if (units.status === 401) return notRun('TWINSTREAM_KEY is not accepted: it is to be a function key for reading')
  if (units.status !== 200) return refuted(`units are answered with ${units.status}`)
  const run = units.body.units?.[0]?.run
  return run === undefined
    ? notRun('the app runs, and no unit is in sync yet')
    : proven('the app runs, and has brought a unit in sync')
}
