/** The body of a job (contract section 6.10). */
import {
  anyObject,
  arrayOf,
  defaulted,
  duration,
  instant,
  mapOf,
  object,
  oneOf,
  optional,
  text,
  union,
} from '../shape.ts'

const clipTime = union('', { AbsoluteClipTime: { time: duration }, UtcClipTime: { time: instant } })

const clip = {
  files: defaulted(arrayOf(text), []),
  start: optional(clipTime),
  end: optional(clipTime),
  label: optional(text),
  inputDefinitions: defaulted(arrayOf(anyObject), []),
}

const single = {
  JobInputAsset: { ...clip, assetName: text },
  JobInputHttp: { ...clip, baseUri: optional(text) },
  JobInputClip: clip,
}
const sequence = { JobInputSequence: { inputs: defaulted(arrayOf(union('', single)), []) } }

export const jobShape = object({
  description: optional(text),
  input: union('', {
    ...single,
    ...sequence,
    JobInputs: { inputs: defaulted(arrayOf(union('', { ...single, ...sequence })), []) },
  }),
  outputs: arrayOf(
    union('', { JobOutputAsset: { label: optional(text), presetOverride: optional(anyObject), assetName: text } }),
  ),
  priority: defaulted(oneOf('Low', 'Normal', 'High'), 'Normal'),
  correlationData: optional(mapOf(text)),
})

export const jobPatchShape = object({
  description: optional(text),
  priority: optional(oneOf('Low', 'Normal', 'High')),
})
