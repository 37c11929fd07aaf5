/** How regions are shown and how they are named in host names (contract section 8). */
import { regionOf } from './state.ts'

const known: readonly (readonly [shown: string, code: string])[] = [
  ['Australia East', 'aueas'],
  ['Australia Southeast', 'ausoe'],
  ['Canada Central', 'cact'],
  ['Central India', 'inct'],
  ['Central US', 'usct'],
  ['East Asia', 'asea'],
  ['East US', 'usea'],
  ['East US 2', 'use22'],
  ['North Central US', 'usnc'],
  ['North Europe', 'euno'],
  ['South Central US', 'ussc'],
  ['South India', 'inso'],
  ['West Central US', 'uswc'],
  ['West Europe', 'euwe'],
  ['West India', 'inwe'],
  ['West US', 'uswe'],
  ['West US 2', 'usw22'],
]

const find = (location: string) => known.find(([shown]) => regionOf(shown) === regionOf(location))

/** `eastus2` becomes `East US 2`; a region that is not known stays as it is. */
export const displayNameOf = (location: string): string => find(location)?.[0] ?? location

/** The code of a region that is not known is the region itself. */
export const regionCodeOf = (location: string): string => find(location)?.[1] ?? regionOf(location)
