/** Every scenario, by the test file that plays it and by subject. */
import { bothWays } from './both-ways.ts'
import { changes } from './changes.ts'
import { deletes, sevenSeconds } from './deletes.ts'
import { discovery, oneByOne, onlyByHand } from './discovery.ts'
import { filters } from './filters.ts'
import { locators } from './locators.ts'
import { ownership } from './ownership.ts'
import { policies } from './policies.ts'
import { policyEdits } from './policy-edits.ts'
import { polls } from './polls.ts'
import { replaced } from './replaced.ts'
import { storage } from './storage.ts'
import { streamingPolicies } from './streaming-policies.ts'
import type { Table } from './table.ts'
import { targets } from './targets.ts'
import { traps } from './traps.ts'
import { withdrawals } from './withdrawals.ts'

export const tables = {
  policies: {
    groups: {
      'content key policies (contract 6.5)': policies,
      'content key policies, edited': policyEdits,
      'streaming policies (contract 6.6, 6.7)': streamingPolicies,
      'filters (contract 6.3)': filters,
    },
  },
  locators: {
    groups: {
      'locators (contract 6.8)': locators,
      'traps of other tools': traps,
    },
  },
  content: {
    groups: {
      'changes of published titles': changes,
      'files and where they lie (contract 6.2)': storage,
      'what no event has told': polls,
    },
  },
  care: {
    groups: {
      'whose an object is': ownership,
      'withdrawals and deletes': withdrawals,
      'a source that is another one': replaced,
    },
  },
  discovery: {
    stack: { settings: { ...onlyByHand, ...oneByOne } },
    groups: { 'how a change comes to be known': discovery },
  },
  deletes: {
    stack: {
      pace: sevenSeconds,
      topology: ({ accounts, routes }) => ({
        accounts,
        routes: routes.map(route => ({ ...route, deletes: 'assets' })),
      }),
    },
    groups: { 'a route that deletes titles': deletes },
  },
  routes: {
    stack: { bothWays: true },
    groups: { 'routes to and fro': bothWays },
  },
  targets: {
    stack: { fanOut: true },
    groups: { 'several targets': targets },
  },
} as const satisfies Readonly<Record<string, Table>>
