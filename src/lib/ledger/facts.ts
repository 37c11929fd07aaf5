/** What a row carries from one pass to the next: what was found and made, and what the next pass may do. */
import type { Code } from '../codes.ts'

export interface Copying {
  /** When the pass found what to copy, in milliseconds since 1970. */
  readonly since: number
  readonly blobs: number
  readonly bytes: number
  readonly ofBlobs: number
  readonly ofBytes: number
}

/**
 * What the target did not take, or did not keep whole: it is not tried again while both sides are as they were left. Of a
 * policy that is being removed: that the target did not show it, or was to delete it.
 */
export interface Refusal {
  /** State of the source's object that was tried, e.g. when it was created or last modified; `targetMark` of a removal. */
  readonly source: string
  /**
   * State of the target's object afterwards, and of what it rests on; empty where there was none, `old` where the answer
   * may have been older than what was tried, which is tried once more.
   */
  readonly target: string
  /** Fields that differed, or what the service said. */
  readonly detail: string
  /** @default NotRepresentable */
  readonly code?: Code
}

/** How far the target's locators have been looked through for those that name a policy. */
export interface UserSearch {
  /** When this walk through the list began; milliseconds since 1970. */
  readonly since: number
  /** Only what was created from then on is listed: an earlier walk has seen the rest. */
  readonly createdFrom?: number
  /** The list's own, of its next page. */
  readonly cursor?: string
}

/** What a pass leaves on the row for the next one; opaque to the transitions. */
export interface Facts {
  /**
   * Whose the twin is: we made it, were told to take it over, it is equal but somebody else's, or there is none of ours,
   * since we deleted it or the target refused it.
   */
  readonly owner?: 'made' | 'adopted' | 'matched' | 'gone'
  /** Names of the locators and filters in the target that are ours, lower case. */
  readonly locators?: readonly string[]
  /** When the source's locator of that name was created, as last proven equal: one made again has another time. */
  readonly locatorMarks?: Readonly<Record<string, string>>
  /** By name of the locator or of the unit itself, lower case. */
  readonly refusals?: Readonly<Record<string, Refusal>>
  /** Id of the source account that the twin was made from; another account under its name proves nothing. */
  readonly sourceAccount?: string
  readonly filters?: readonly string[]
  /** When the target's locators of ours were created, as we left them; lower case. */
  readonly twinLocators?: Readonly<Record<string, string>>
  /** How we left the asset itself: its id and texts. */
  readonly twinAsset?: string
  /** How we left its files and filters; empty while we write to them. */
  readonly twin?: string
  /**
   * Every file of the twin that was last written by then is ours: it was one of the source's when both were equal.
   * Milliseconds since 1970 by the clock of the target's storage.
   */
  readonly filesUntil?: number
  /** Later ones of ours: what a copy is about to write, and what was found there since; see `storage/own-files`. */
  readonly filesBegun?: string
  /** When the asset was first missed in the source, 0 where it is there; milliseconds since 1970. */
  readonly goneSince?: number
  /** Locators that an operator has withdrawn. */
  readonly withdrawn?: readonly string[]
  /** `target` once an operator has kept the target's state: this route never writes it again. */
  readonly home?: 'source' | 'target'
  /** Id of the source's asset when its home moved to the target, empty where there was none: another one is a new title. */
  readonly leftAsset?: string
  /** Container of the twin. */
  readonly container?: string
  readonly blobs?: number
  readonly bytes?: number
  readonly extraBlobs?: number
  /** Files of the source with index tags that the route leaves. */
  readonly taggedBlobs?: number
  readonly millisecondsCopying?: number
  /** How far the copy of the pass that last had something to copy is. */
  readonly copying?: Copying
  /** Digest of the source listing at the last sync. */
  readonly listing?: string
  /**
   * lastModified of both sides when they were last proven equal: content key policies are read only when one left it. The
   * source's is empty where the target was left otherwise.
   */
  readonly sourceMark?: string
  /** How we left the target's object: its identity, a slash, and when it was last modified where that moves. */
  readonly targetMark?: string
  /** Locators of the target that named the policy when it was last to be deleted. */
  readonly usedBy?: readonly string[]
  /** Set while more of them are looked for. */
  readonly userSearch?: UserSearch | null
  /** Identity of the target's policy that the mark in the target's storage tells to be ours. */
  readonly mark?: string
}

/**
 * What is to be recorded: as it is, or made of what the row has when it is swapped, since a step may run twice at once.
 * Pure; it may be asked several times.
 */
export type Recording = Facts | ((now: Facts) => Facts)

export const recordedOn = (now: Facts, recording: Recording | undefined): Facts => ({
  ...now,
  ...(typeof recording === 'function' ? recording(now) : recording),
})

/** Whether a twin of this owner is ours to change, as far as its row, or its mark, knows. */
export const isOwned = (owner: unknown): owner is 'made' | 'adopted' => owner === 'made' || owner === 'adopted'

/** Whether what the target refused is tried again though both sides are as they were: whoever adopts or restores asks for it. */
export const retries = ({ adopt, restore, retryRefused }: Permissions): boolean =>
  Boolean(adopt || restore || retryRefused)

/** What the owner of a request allows the next pass to do. */
export interface Permissions {
  readonly adopt?: boolean
  /** A streaming policy is replaced though locators of ours use it; they are made again after it. */
  readonly replaceInUse?: boolean
  /** After an outage: the source's state is made again, whatever was changed in the target. */
  readonly restore?: boolean
  /** After an outage: the target's state is kept, and becomes the home. */
  readonly moveHome?: boolean
  /** What the target refused may be taken by now. */
  readonly retryRefused?: boolean
}
