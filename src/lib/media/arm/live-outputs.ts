import type { Account, Clock } from '../../model.ts'
import type { Exchange } from './exchange.ts'
import { objectIn, optionalText, textIn } from './wire.ts'

const ask = async ({ resourceGroup: group, accountName: name }: Account, exchange: Exchange) => {
  const events = await exchange.all(
    [],
    (client, options) => client.liveEvents.list(group, name, options),
    event => textIn(event, 'name'),
  )
  const assets = new Set<string>()
  for (const event of events) {
    const outputs = await exchange.all(
      [event],
      (client, options) => client.liveOutputs.list(group, name, event, options),
      output => optionalText(objectIn(output.properties, 'properties'), 'assetName'),
    )
    for (const asset of outputs) if (asset !== undefined) assets.add(asset.toLowerCase())
  }
  return assets
}

/**
 * Lower-cased names of the assets that live outputs write to. Everyone who asks while a question is out, or within
 * `goodFor` milliseconds of its start, gets its answer: an account without live events costs one call a minute. Failures
 * are not kept.
 */
export const liveOutputAssets = (account: Account, exchange: Exchange, clock: Clock, goodFor: number) => {
  let last: { readonly asked: number; readonly answer: Promise<ReadonlySet<string>> } | undefined
  return (): Promise<ReadonlySet<string>> => {
    const now = clock()
    if (last && now - last.asked < goodFor) return last.answer
    const question = { asked: now, answer: ask(account, exchange) }
    last = question
    question.answer.catch(() => {
      if (last === question) last = undefined
    })
    return question.answer
  }
}
