/** Every scenario, by the test file that plays it and by subject. */
import { changes } from './changes.ts'
import { filters } from './filters.ts'
import { locators } from './locators.ts'
import { policies } from './policies.ts'
import { policyEdits } from './policy-edits.ts'
import { storage } from './storage.ts'
import { streamingPolicies } from './streaming-policies.ts'
import type { Table } from './table.ts'
import { traps } from './traps.ts'

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
    },
  },
} as const satisfies Readonly<Record<string, Table>>
