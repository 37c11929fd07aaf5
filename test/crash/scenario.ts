/** What a process is struck in. */
import type { Request } from '../../src/lib/ledger/ledger.ts'
import type { Unit } from '../../src/lib/model.ts'
import type { Region, TwoRegions } from '../support/two-regions.ts'

/** Names of files and what is in them. */
export type Edition = Readonly<Record<string, string>>

/** Why the app looks, and what a person has allowed it to do. */
export type Asked = Pick<Request, 'reason' | 'permissions'>

export interface Published {
  readonly name: string
  /** What events tell of. */
  readonly units: readonly Unit[]
  readonly locators: readonly string[]
  /** What the files have been, the newest last. */
  readonly editions: readonly Edition[]
  /** What must be found nowhere outside of the media accounts. */
  readonly secrets: readonly string[]
  /** What a person asks for, and not an event: all that is in the target by then may be taken over. */
  readonly asked?: Asked
  /** Where it is at home; its twin is in the other one. @default 'east' */
  readonly home?: Region
  /** The asset is gone at home, and its twin waits for the end of the grace. */
  readonly inGrace?: true
  /** Pace of the processes that are struck. @default '0.01' */
  readonly pace?: string
}

export type Change = (ground: TwoRegions, before: Published) => Promise<Published>

/** Something is published, and perhaps changed once its twin is there. Processes are struck after the last change. */
export interface Scenario {
  readonly title: string
  /** Of few letters, for names. */
  readonly label: string
  /** Routes of the topology, where they are not the usual one. */
  readonly routes?: readonly object[]
  publish(ground: TwoRegions, name: string): Promise<Published>
  /** Each is made once the target follows the one before. */
  readonly changes?: readonly Change[]
}

export const homeOf = ({ home = 'east' }: Published): Region => home

export const targetOf = (published: Published): Region => (homeOf(published) === 'east' ? 'west' : 'east')
