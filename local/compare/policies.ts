import type { JsonObject } from '../stack/arm.ts'
import type { Context, UrlRule } from './context.ts'
import { differing, isObject, type Value } from './sameness.ts'

export interface NamedResult {
  readonly name: string
  readonly same: boolean
}

const secrets = /^(keyValue|exponent|modulus|rawBody|ask|fairPlayPfx|fairPlayPfxPassword)$/

/** Where a secret is not shown: two that are hidden would look the same. */
const hidden = (value: Value, path = ''): string[] => {
  if (Array.isArray(value)) return value.flatMap((item, index) => hidden(item, `${path}[${index}]`))
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([name, member]) => {
    const at = path === '' ? name : `${path}.${name}`
    return secrets.test(name) && member === null ? [`${at} (may not be read)`] : hidden(member, at)
  })
}

/** Content key policies with their secrets: one that lost them would still look the same in a list. */
export const compareKeyPolicies = async (context: Context): Promise<readonly NamedResult[]> =>
  context.each(
    'content key policies',
    await context.pairs('contentKeyPolicies', 'content key policy'),
    async ({ source: { name }, twin }) => {
      const what = `content key policy ${name}`
      if (twin === undefined) {
        context.missing(what)
        return { name, same: false }
      }
      const path = `contentKeyPolicies/${name}`
      const [a, b] = await Promise.all(
        [context.a, context.b].map(arm => arm.post(path, 'getPolicyPropertiesWithSecrets')),
      )
      return { name, same: context.same(what, [...differing(a, b), ...hidden(a)]) }
    },
  )

/** The host of a licence or key URL as the route wants it in B. */
const rewritten = (url: string, rules: readonly UrlRule[]): string => {
  const [, scheme = '', host = '', rest = ''] = /^((?:[a-z][a-z\d+.-]*:\/\/)?)([^/?#:]*)(.*)$/is.exec(url) ?? []
  const rule = rules.find(({ from }) => from.toLowerCase() === host.toLowerCase())
  return rule === undefined ? url : `${scheme}${rule.to}${rest}`
}

const withUrls = (value: Value, rules: readonly UrlRule[], member = ''): Value => {
  if (Array.isArray(value)) return value.map(item => withUrls(item, rules) ?? null)
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withUrls(inner, rules, name)]))
  return typeof value === 'string' && member.endsWith('UrlTemplate') ? rewritten(value, rules) : value
}

/** Resources that lists show in full. */
const compareListed = async (
  context: Context,
  kind: string,
  path: string,
  expected: (properties: JsonObject) => Value,
): Promise<readonly NamedResult[]> =>
  context.each(`${kind}s`, await context.pairs(path, kind), async ({ source, twin }) => {
    const { name } = source
    if (twin !== undefined)
      return { name, same: context.same(`${kind} ${name}`, differing(expected(source.properties), twin.properties)) }
    context.missing(`${kind} ${name}`)
    return { name, same: false }
  })

export const compareStreamingPolicies = (context: Context): Promise<readonly NamedResult[]> =>
  compareListed(context, 'streaming policy', 'streamingPolicies', properties =>
    withUrls(properties, context.options.rewriteUrls ?? []),
  )

export const compareAccountFilters = (context: Context): Promise<readonly NamedResult[]> =>
  compareListed(context, 'account filter', 'accountFilters', properties => properties)
