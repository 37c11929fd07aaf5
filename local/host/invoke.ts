import { randomUUID } from 'node:crypto'
import type { CoreApi, InvocationRequest, InvocationResponse, ProgrammingModel, TypedData } from './core-api.ts'
import type { RegisteredFunction } from './registry.ts'

export interface Invocation {
  /** Data of the trigger; undefined when it has none. */
  readonly data: TypedData
  readonly metadata?: Readonly<Record<string, TypedData>>
  readonly traceContext?: InvocationRequest['traceContext']
}

/** Calls a function of the app. Rejects with what the function threw. */
export type Invoke = (fn: RegisteredFunction, invocation: Invocation) => Promise<InvocationResponse>

/**
 * @param clientInput JSON text for every durable client the function binds to.
 */
export const createInvoke =
  (core: CoreApi, clientInput: () => string): Invoke =>
  async (fn, { data, metadata = {}, traceContext = {} }) => {
    const model = core.getProgrammingModel()
    if (!model) throw new Error('The app registered no programming model: it does not use @azure/functions 4.')
    const invocationId = randomUUID()
    const extra = Object.entries(fn.bindings)
      .filter(([, { type }]) => type === 'durableClient' || type === 'orchestrationClient')
      .map(([name]) => ({ name, data: { string: clientInput() } }))
    const request: InvocationRequest = {
      invocationId,
      functionId: fn.name,
      inputData: [{ name: fn.trigger.name, data }, ...extra],
      triggerMetadata: metadata,
      traceContext,
    }
    return run(core, model, fn, request)
  }

const run = async (
  core: CoreApi,
  programmingModel: ProgrammingModel,
  fn: RegisteredFunction,
  request: InvocationRequest,
): Promise<InvocationResponse> => {
  const { invocationId } = request
  const coreContext = {
    invocationId,
    request,
    metadata: { name: fn.name, bindings: fn.bindings },
    state: undefined as string | undefined,
    log: (level: string, category: string, message: string) => {
      const record = { level, category, message, invocationContext, hookData: {}, appHookData: {} }
      if (category === 'user') core.runLogHooks(record)
      core.log(record.level, `Function.${fn.name}.User`, record.message)
    },
  }
  let invocationContext: object | undefined
  const model = programmingModel.getInvocationModel(coreContext)
  const { context, inputs } = await model.getArguments()
  invocationContext = context
  const hookData = {}

  coreContext.state = 'preInvocationHooks'
  const before = { hookData, appHookData: {}, invocationContext: context, inputs, functionCallback: fn.handler }
  await core.runHooks('preInvocation', before)

  coreContext.state = 'invocation'
  const after = { ...before, inputs: before.inputs, result: undefined as unknown, error: undefined as unknown }
  try {
    after.result = await model.invokeFunction(context, before.inputs, before.functionCallback)
  } catch (error) {
    after.error = error ?? new Error('The function threw nothing.')
  }
  coreContext.state = 'postInvocationHooks'
  await core.runHooks('postInvocation', after)
  if (after.error) throw after.error
  return model.getResponse(context, after.result)
}
