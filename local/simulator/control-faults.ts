/** `/_sim/faults` and `/_sim/outage`: what is to go wrong. */
import { accountsIn, checkRule, planeIn, Refusal } from './control-input.ts'
import type { ControlRequest, Handler } from './control-request.ts'
import { type FaultKind, faultKinds, kindRules, planes } from './fault-kinds.ts'
import { InvalidFaultRule, parseFaultRule } from './fault-rules.ts'

export const addFault: Handler = ({ services, body }) => {
  try {
    const rule = parseFaultRule(body)
    checkRule(services.kernel.state, rule)
    return services.faults.add(rule)
  } catch (error) {
    if (error instanceof InvalidFaultRule) throw new Refusal(400, error.problems)
    throw error
  }
}

export const removeFaults: Handler = ({ services, rest }) => {
  const removed = services.faults.remove(fault => rest === '' || fault.id === rest)
  if (removed === 0 && rest !== '') throw new Refusal(404, [`there is no fault with the id ${rest}`])
  return { removed }
}

/** Of whole accounts or planes; answers how many they were. */
export const endOutages = ({ services, query }: ControlRequest): number => {
  const accounts = accountsIn(services.kernel.state, query)
  const plane = planeIn(query)
  return services.faults.remove(
    fault =>
      fault.kind === 'outage' &&
      accounts.includes(fault.account) &&
      fault.operation === undefined &&
      (plane === undefined || fault.plane === plane),
  )
}

export const beginOutage: Handler = request => {
  const { services, query } = request
  const plane = planeIn(query)
  endOutages(request)
  const begun = accountsIn(services.kernel.state, query).map(account =>
    services.faults.add({ account, kind: 'outage', ...(plane === undefined ? {} : { plane }) }),
  )
  return query.has('region') ? begun : begun[0]
}

const helpOf = (kind: FaultKind): string => {
  const { about, planes: where, needs, takes } = kindRules[kind]
  return `${kind} (${where.join(', ')})${needs ? ` ${needs}` : ''}${takes ? ` ${takes}?` : ''}: ${about}`
}

/** The form of a rule, and every kind of fault. */
export const aboutFaults =
  `{account?: key or "*", plane?: ${planes.join('|')}, operation?: name or its beginning, kind, ` +
  'count?, probability?: 0 to 1, seed?, and what the kind takes}. Kinds:\n' +
  faultKinds.map(helpOf).join('\n')
