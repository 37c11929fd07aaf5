/** An asset as answers show it. */
import { envelope } from '../envelope.ts'
import type { Json, JsonObject } from '../json.ts'
import type { AccountContext } from '../kernel.ts'
import type { Asset } from '../state.ts'

export const view = (context: AccountContext, asset: Asset, properties: Json = asset.properties): JsonObject =>
  envelope({
    account: context.account,
    path: ['assets', asset.name],
    properties,
    systemData: asset.systemData,
    apiVersion: context.apiVersion,
  })
