/** Transforms (contract section 2): normalised and shown; the simulator encodes the same way whatever they say. */
import { apiVersions } from '../api-versions.ts'
import { badRequest, notFound } from '../arm-errors.ts'
import { Collection } from '../collection.ts'
import { envelope } from '../envelope.ts'
import { formatInstant, parseInstant } from '../instants.ts'
import { isObject, type Json, type JsonObject, textAt } from '../json.ts'
import { type AccountContext, modifiedNow, param, propertiesOf, type Reply } from '../kernel.ts'
import { quotas } from '../limits.ts'
import { listReply } from '../lists.ts'
import type { ListProperties, Reader } from '../odata.ts'
import { checkName } from '../resource-names.ts'
import { resourceOperations } from '../resource-operations.ts'
import { arrayOf, defaulted, object, oneOf, optional, readObject, text } from '../shape.ts'
import type { Transform } from '../state.ts'
import { deletedReply } from './deleted.ts'
import { presetShape } from './preset-shape.ts'
import { presetAsShown } from './preset-views.ts'

const transformShape = object({
  description: optional(text),
  outputs: arrayOf(
    object({
      onError: defaulted(oneOf('StopProcessingJob', 'ContinueJob'), 'StopProcessingJob'),
      relativePriority: defaulted(oneOf('Low', 'Normal', 'High'), 'Normal'),
      preset: presetShape,
    }),
  ),
})

const outputsFor = (context: AccountContext, { outputs }: JsonObject): Json[] =>
  (Array.isArray(outputs) ? (outputs as readonly Json[]) : []).map(output =>
    isObject(output) ? { ...output, preset: presetAsShown(context, output.preset) } : output,
  )

const view = (context: AccountContext, { name, properties, systemData }: Transform) =>
  envelope({
    account: context.account,
    path: ['transforms', name],
    properties: { ...properties, outputs: outputsFor(context, properties) },
    systemData,
    apiVersion: context.apiVersion,
  })

export const findTransform = (context: AccountContext): Transform => {
  const transform = context.account.transforms.get(param(context, 'transform'))
  if (transform === undefined) throw notFound()
  return transform
}

const store = (context: AccountContext, name: string, before: Transform | undefined, sent: JsonObject): Transform => {
  const wanted = readObject(transformShape, sent)
  const written = formatInstant(context.now)
  const transform: Transform = {
    name,
    properties: {
      created: before?.properties.created ?? written,
      description: wanted.description,
      lastModified: written,
      outputs: wanted.outputs,
    },
    systemData: modifiedNow(context, before?.systemData),
    jobs: before?.jobs ?? new Collection(() => context.kernel.clock.ticks()),
  }
  context.account.transforms.set(transform)
  return transform
}

const put = (context: AccountContext): Reply => {
  const { transforms } = context.account
  const name = param(context, 'transform')
  checkName(name)
  const before = transforms.get(name)
  if (before === undefined && transforms.size >= quotas.transforms)
    throw badRequest(`The quota of ${quotas.transforms} transforms is reached.`)
  const transform = store(context, before?.name ?? name, before, propertiesOf(context))
  return { status: before === undefined ? 201 : 200, body: view(context, transform) }
}

const patch = (context: AccountContext): Reply => {
  const before = findTransform(context)
  const { description, outputs } = before.properties
  const sent = { description, outputs, ...propertiesOf(context) }
  return { status: 200, body: view(context, store(context, before.name, before, sent)) }
}

const some = ['gt', 'ge', 'lt', 'le'] as const
const listProperties: ListProperties = {
  name: { type: 'text', operators: ['eq'], sortable: true },
  'properties/created': { type: 'instant', operators: some, sortable: true },
  'properties/lastModified': { type: 'instant', operators: some, sortable: true },
}
const readProperty: Reader = (transform, path) =>
  path === 'name'
    ? transform.name.toLowerCase()
    : parseInstant(textAt(transform.properties, path.slice('properties/'.length)) ?? '')

export const transformOperations = resourceOperations({
  group: 'Transforms',
  path: 'transforms',
  param: 'transform',
  apiVersions: apiVersions.encoding,
  list: context =>
    listReply(context, {
      name: 'transforms',
      sorted: context.account.transforms.sorted(),
      view: transform => view(context, transform),
      properties: listProperties,
      read: readProperty,
    }),
  get: context => ({ status: 200, body: view(context, findTransform(context)) }),
  put,
  patch,
  delete: context => deletedReply(context, context.account.transforms.delete(param(context, 'transform'))),
})
