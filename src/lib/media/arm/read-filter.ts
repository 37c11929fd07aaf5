/** Filters from the bodies of the REST API. What this release does not know is kept apart: it cannot be written. */
import { isAbsent } from '../canonical.ts'
import type { Filter, FilterProperties, Json } from '../resources.ts'
import { propertiesOf } from './read-resources.ts'
import { given, isObject, type JsonObject, listIn, optionalInteger, textIn } from './wire.ts'

const readTimeRange = (range: JsonObject): NonNullable<FilterProperties['presentationTimeRange']> => {
  const force = range.forceEndTimestamp
  return given({
    startTimestamp: optionalInteger(range, 'startTimestamp'),
    endTimestamp: optionalInteger(range, 'endTimestamp'),
    presentationWindowDuration: optionalInteger(range, 'presentationWindowDuration'),
    liveBackoffDuration: optionalInteger(range, 'liveBackoffDuration'),
    timescale: optionalInteger(range, 'timescale'),
    forceEndTimestamp: typeof force === 'boolean' ? force : undefined,
  })
}

const timeRangeMembers = [
  'startTimestamp',
  'endTimestamp',
  'presentationWindowDuration',
  'liveBackoffDuration',
  'timescale',
  'forceEndTimestamp',
]

const otherMembers = (json: JsonObject, known: readonly string[], path = ''): readonly (readonly [string, Json])[] =>
  Object.entries(json)
    .filter(
      ([name, value]) => !known.includes(name) && !isAbsent(value) && !(Array.isArray(value) && value.length === 0),
    )
    .map(([name, value]) => [`${path}${name}`, value])

/** What a filter says that no member of FilterProperties holds. */
const unknownOf = (properties: JsonObject): JsonObject => {
  const within = (name: string, known: readonly string[]) => {
    const part = properties[name]
    return isObject(part) ? otherMembers(part, known, `${name}.`) : []
  }
  return Object.fromEntries([
    ...otherMembers(properties, ['presentationTimeRange', 'firstQuality', 'tracks']),
    ...within('presentationTimeRange', timeRangeMembers),
    ...within('firstQuality', ['bitrate']),
    ...listIn(properties, 'tracks').flatMap((track, index) => [
      ...otherMembers(track, ['trackSelections'], `tracks[${index}].`),
      ...listIn(track, 'trackSelections').flatMap((selection, at) =>
        otherMembers(selection, ['property', 'operation', 'value'], `tracks[${index}].trackSelections[${at}].`),
      ),
    ]),
  ])
}

export const readFilter = (body: JsonObject): Filter => {
  const properties = propertiesOf(body)
  const unknown = unknownOf(properties)
  const range = properties.presentationTimeRange
  const quality = properties.firstQuality
  const bitrate = isObject(quality) ? quality.bitrate : undefined
  return {
    name: textIn(body, 'name'),
    properties: {
      ...given({
        presentationTimeRange: isObject(range) ? readTimeRange(range) : undefined,
        firstQuality: typeof bitrate === 'number' ? { bitrate } : undefined,
      }),
      tracks: listIn(properties, 'tracks').map(track => ({
        trackSelections: listIn(track, 'trackSelections').map(selection => ({
          property: textIn(selection, 'property'),
          operation: textIn(selection, 'operation'),
          value: textIn(selection, 'value'),
        })),
      })),
    },
    ...(Object.keys(unknown).length === 0 ? {} : { unknown }),
  }
}
