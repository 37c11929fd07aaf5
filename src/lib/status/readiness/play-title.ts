/** One title as a player in front of the target finds it. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { DeliveryReader, StreamingPath } from '../../media/delivery.ts'
import type { Fetch } from '../../media/playback/fetch.ts'
import { type Played, play, type Step } from '../../media/playback/play.ts'
import type { MediaReader } from '../../media/ports.ts'
import type { ContentKey, Locator } from '../../media/resources.ts'
import type { PartAnswer, TitleAnswer } from './answer.ts'
import type { Ask } from './asking.ts'
import type { Remembered } from './remembered.ts'
import type { Title } from './titles.ts'

export interface Stage {
  readonly reader: Pick<MediaReader, 'locator'>
  readonly delivery: Pick<DeliveryReader, 'paths'>
  /** As the paths of the scarcest limit: with the least priority there is. */
  contentKeys(locator: string): Promise<readonly ContentKey[]>
  /** Host of a running streaming endpoint; undefined where there is none. */
  readonly host: string | undefined
  readonly fetch: Fetch
  readonly remembered: Remembered
  readonly ask: Ask
  /** Milliseconds since 1970. */
  readonly now: number
}

/** Of the title that was played, what others need: its policy, and where its key was asked for. */
export interface PlayedTitle {
  readonly answer: TitleAnswer
  readonly policy?: string
  readonly key?: { readonly host: string; readonly path: string }
}

/** HLS comes last here and first in use: it alone says in plain text where an AES key is. */
const order = ['dash', 'smoothstreaming', 'hls']
const rank = ({ protocol }: StreamingPath): number => order.indexOf(protocol.toLowerCase())

const pathOf = (paths: readonly StreamingPath[]): StreamingPath | undefined =>
  paths.filter(({ paths: some }) => some.length > 0).toSorted((a, b) => rank(b) - rank(a))[0]

const notAsked = (detail?: string): PartAnswer => ({ result: 'notAsked', ...(detail === undefined ? {} : { detail }) })

const partOf = ({ status, milliseconds, fine, foreign }: Step): PartAnswer => {
  if (foreign !== undefined) return { result: 'notAsked', detail: `${foreign} is no host of ours`, host: foreign }
  return {
    result: fine ? 'proven' : 'failed',
    ...(status === 0 ? { detail: 'no answer' } : { status }),
    ...(status === 200 && !fine ? { detail: 'not what was asked for' } : {}),
    milliseconds: Math.round(milliseconds),
  }
}

const digest = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest()

/** By digests, in memory: neither value goes anywhere else (P6). */
const isKeyOf = (keys: readonly ContentKey[], path: string, value: Uint8Array): boolean => {
  const named = keys.filter(({ id }) => path.toLowerCase().includes(id.toLowerCase()))
  return (named.length > 0 ? named : keys).some(key =>
    timingSafeEqual(digest(Buffer.from(key.value.reveal(), 'base64')), digest(value)),
  )
}

const keyPart = async (stage: Stage, locator: Locator, key: NonNullable<Played['key']>): Promise<PartAnswer> => {
  const part = partOf(key)
  // It wants a token, and knows the key: a key that it does not know is a 404.
  if (key.status === 401 || key.status === 403) return { ...part, result: 'answered', detail: 'wants a token' }
  const { value } = key
  if (value === undefined || stage.remembered.isProven(locator, value.reveal())) return part
  const keys = await stage.ask('streamingLocators/listContentKeys/action', () => stage.contentKeys(locator.name))
  if (keys === undefined) return { ...part, result: 'answered', detail: 'not compared' }
  if (isKeyOf(keys, key.path, value.reveal())) {
    stage.remembered.setProven(locator, value.reveal())
    return part
  }
  return { ...part, result: 'failed', detail: 'another key than the locator has' }
}

const keyOf = (stage: Stage, locator: Locator, encryption: string, { key, manifest }: Played) => {
  if (locator.contentKeys.length === 0) return notAsked('not encrypted')
  if (key !== undefined) return keyPart(stage, locator, key)
  if (!manifest.fine) return notAsked()
  return notAsked(/^envelope/i.test(encryption) ? 'the manifest names none' : 'a licence needs a player')
}

/** Of a title's locators so many are looked at for one that plays now. */
const mostLocators = 3

/** The service hands out nothing before a locator's start and after its end, which is no fault of anybody. */
const isNow = ({ startTime, endTime }: Locator, now: number): boolean =>
  !(Date.parse(startTime ?? '') > now) && !(Date.parse(endTime) < now)

/** One that plays now; otherwise what was found of the last that was looked at. */
const findLocator = async ({ ask, reader, now }: Stage, names: readonly string[]) => {
  let last: { readonly name: string; readonly locator: Locator | 'gone' | undefined } | undefined
  for (const name of names.slice(0, mostLocators)) {
    const locator = await ask('streamingLocators/read', async () => (await reader.locator(name)) ?? ('gone' as const))
    last = { name, locator }
    if (locator === undefined || locator === 'gone' || isNow(locator, now)) return last
  }
  return last
}

/** Never throws; what the account does not answer goes to the troubles of `ask`. */
export const playTitle = async (stage: Stage, { asset, locators, why }: Title): Promise<PlayedTitle> => {
  const { name = '', locator } = (await findLocator(stage, locators)) ?? {}
  const untold = { asset, locator: name, why, segment: notAsked(), key: notAsked() }
  if (locator === undefined) return { answer: { ...untold, manifest: notAsked('the account did not say') } }
  if (locator === 'gone')
    return { answer: { ...untold, manifest: { result: 'failed', detail: 'the target has no such locator' } } }
  if (!isNow(locator, stage.now)) return { answer: { ...untold, manifest: notAsked('outside of its times') } }
  const policy = locator.streamingPolicyName
  const paths =
    stage.remembered.paths(locator) ??
    (await stage.ask('streamingLocators/listPaths/action', () => stage.delivery.paths(name)))
  const chosen = pathOf(paths ?? [])
  const [path] = chosen?.paths ?? []
  if (chosen === undefined || path === undefined)
    return { policy, answer: { ...untold, manifest: notAsked(paths && 'nothing to stream') } }
  if (stage.host === undefined)
    return { policy, answer: { ...untold, path, manifest: notAsked('no streaming endpoint runs') } }
  const played = await play(stage.fetch, `https://${stage.host}${path}`)
  stage.remembered.setPaths(locator, played.manifest.fine ? paths : undefined)
  const answer: TitleAnswer = {
    ...untold,
    locator: locator.name,
    path,
    manifest: partOf(played.manifest),
    segment: played.segment === undefined ? notAsked() : partOf(played.segment),
    key: await keyOf(stage, locator, chosen.encryption, played),
  }
  return { answer, policy, ...(played.key && { key: { host: played.key.host, path: played.key.path } }) }
}
