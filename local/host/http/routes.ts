type Segment =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'parameter'; readonly name: string; readonly optional: boolean }
  | { readonly kind: 'rest'; readonly name: string }

/** A route template of ASP.NET's kind, without constraints and defaults. */
export interface Route {
  readonly template: string
  readonly segments: readonly Segment[]
}

/** Throws with the reason when the template is not one this host understands. Pure. */
export const parseRoute = (template: string): Route => {
  const segments = template
    .split('/')
    .filter(text => text !== '')
    .map(text => parseSegment(text, template))
  const early = segments.slice(0, -1).find(one => one.kind === 'rest' || (one.kind === 'parameter' && one.optional))
  if (early) throw new Error(`Route '${template}': only the last segment may be optional or take the rest.`)
  return { template, segments }
}

const parseSegment = (text: string, template: string): Segment => {
  const parameter = /^\{(\*{0,2})([A-Za-z_][\w-]*)(\?)?\}$/.exec(text)
  if (parameter) {
    const [, stars = '', name = '', optional] = parameter
    return stars ? { kind: 'rest', name } : { kind: 'parameter', name, optional: optional !== undefined }
  }
  if (/[{}]/.test(text)) {
    throw new Error(`Route '${template}': '${text}' is not supported here; use {name}, {name?} or {*name}.`)
  }
  return { kind: 'literal', text: text.toLowerCase() }
}

/**
 * The parameters when the path matches, else undefined. Literals ignore case. A missing optional parameter is absent.
 * @param path decoded segments of the path
 */
export const matchRoute = ({ segments }: Route, path: readonly string[]): Record<string, string> | undefined => {
  const parameters: Record<string, string> = {}
  for (const [index, segment] of segments.entries()) {
    const value = path[index]
    if (segment.kind === 'rest') {
      const rest = path.slice(index).join('/')
      return rest === '' ? parameters : { ...parameters, [segment.name]: rest }
    }
    if (value === undefined) return segment.kind === 'parameter' && segment.optional ? parameters : undefined
    if (segment.kind === 'parameter') parameters[segment.name] = value
    else if (segment.text !== value.toLowerCase()) return undefined
  }
  return path.length > segments.length ? undefined : parameters
}

const rank = { literal: 0, parameter: 1, rest: 2 }

/** Order in which routes are tried: literals before parameters before the rest, segment by segment. */
export const compareRoutes = (a: Route, b: Route): number => {
  for (let i = 0; i < Math.max(a.segments.length, b.segments.length); i += 1) {
    const left = a.segments[i]
    const right = b.segments[i]
    if (!left || !right) return left ? 1 : -1
    if (rank[left.kind] !== rank[right.kind]) return rank[left.kind] - rank[right.kind]
  }
  return 0
}

/** Decoded segments; undefined when the path is not valid percent-encoding. */
export const splitPath = (pathname: string): string[] | undefined => {
  try {
    return pathname
      .split('/')
      .filter(text => text !== '')
      .map(decodeURIComponent)
  } catch {
    return undefined
  }
}
