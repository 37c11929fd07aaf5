/** Puts the rules of one resource into the routing table under the names of the published specification. */
import type { AccountContext, AccountOperation, Reply } from './kernel.ts'
import type { Bucket } from './limits.ts'

type Run = (context: AccountContext) => Reply | Promise<Reply>

export interface ResourceRules {
  /** Beginning of the operation ids: `StreamingLocators`. */
  readonly group: string
  /** Below the account: `transforms/{transform}/jobs`. */
  readonly path: string
  /** Name of the last parameter: `job`. */
  readonly param: string
  readonly apiVersions: readonly string[]
  /** Bucket of PUT, PATCH and DELETE where it is not the one of their method. */
  readonly writeBucket?: Bucket
  /** How the specification calls the PUT. */
  readonly putName?: 'Create' | 'CreateOrUpdate'
  readonly list: Run
  readonly get: Run
  readonly put: Run
  readonly patch?: Run
  readonly delete: Run
  /** POST actions by the last segment of their path. */
  readonly actions?: Readonly<Record<string, { readonly bucket?: Bucket; readonly run: Run }>>
}

const capitalised = (name: string) => name.charAt(0).toUpperCase() + name.slice(1)

export const resourceOperations = (rules: ResourceRules): AccountOperation[] => {
  const { group, path, apiVersions } = rules
  const action = path.replaceAll(/\{\w+\}\//g, '')
  const one = `${path}/{${rules.param}}`
  const write = { path: one, apiVersions, ...(rules.writeBucket === undefined ? {} : { bucket: rules.writeBucket }) }
  const { patch } = rules
  const patchOperation: AccountOperation[] =
    patch === undefined
      ? []
      : [{ ...write, id: `${group}_Update`, method: 'PATCH', action: `${action}/write`, run: patch }]
  const actions = Object.entries(rules.actions ?? {}).map(
    ([name, { bucket, run }]): AccountOperation => ({
      id: `${group}_${capitalised(name)}`,
      method: 'POST',
      path: `${one}/${name}`,
      apiVersions,
      action: `${action}/${name}/action`,
      ...(bucket === undefined ? {} : { bucket }),
      run,
    }),
  )
  return [
    { id: `${group}_List`, method: 'GET', path, apiVersions, action: `${action}/read`, run: rules.list },
    { id: `${group}_Get`, method: 'GET', path: one, apiVersions, action: `${action}/read`, run: rules.get },
    {
      ...write,
      id: `${group}_${rules.putName ?? 'CreateOrUpdate'}`,
      method: 'PUT',
      action: `${action}/write`,
      run: rules.put,
    },
    ...patchOperation,
    { ...write, id: `${group}_Delete`, method: 'DELETE', action: `${action}/delete`, run: rules.delete },
    ...actions,
  ]
}
