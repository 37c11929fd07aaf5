/** How regions are shown and how they are named in host names (contract section 8). */
import { regionOf } from './state.ts'

const shownNames = [
  'Australia East',
  'Australia Southeast',
  'Brazil South',
  'Canada Central',
  'Canada East',
  'Central India',
  'Central US',
  'East Asia',
  'East US',
  'East US 2',
  'France Central',
  'Germany West Central',
  'Japan East',
  'Japan West',
  'Korea Central',
  'North Central US',
  'North Europe',
  'Norway East',
  'South Central US',
  'South India',
  'Southeast Asia',
  'Sweden Central',
  'Switzerland North',
  'UK South',
  'UK West',
  'West Central US',
  'West Europe',
  'West India',
  'West US',
  'West US 2',
  'West US 3',
] as const

const shownByRegion = new Map(shownNames.map(shown => [regionOf(shown), shown]))

/** Only those that were recorded or seen in samples. */
const codes: Readonly<Record<string, string>> = {
  australiaeast: 'aueas',
  australiasoutheast: 'ausoe',
  canadacentral: 'cact',
  centralindia: 'inct',
  centralus: 'usct',
  eastus: 'usea',
  eastus2: 'use22',
  northeurope: 'euno',
  southindia: 'inso',
  westcentralus: 'uswc',
  westeurope: 'euwe',
  westindia: 'inwe',
  westus: 'uswe',
  westus2: 'usw22',
}

/** `eastus2` becomes `East US 2`; a region that is not known stays as it is. */
export const displayNameOf = (location: string): string => shownByRegion.get(regionOf(location)) ?? location

/** The code of a region that is not known is the region itself. */
export const regionCodeOf = (location: string): string => codes[regionOf(location)] ?? regionOf(location)
