/** What every HTTP function is registered with: no more than that, since a new instance reads all of it. */
import type { Access } from './endpoint.ts'

interface HttpTrigger {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Below `/api/`, with parameters in braces. */
  readonly route: string
  readonly access: Access
}

export const triggers = {
  health: { method: 'GET', route: 'health', access: 'anonymous' },
  openapi: { method: 'GET', route: 'openapi.json', access: 'anonymous' },
  console: { method: 'GET', route: 'console', access: 'anonymous' },
  routes: { method: 'GET', route: 'routes', access: 'read' },
  resync: { method: 'POST', route: 'resync', access: 'write' },
  operations: { method: 'GET', route: 'operations', access: 'read' },
  operation: { method: 'GET', route: 'operations/{id}', access: 'read' },
  stopOperation: { method: 'DELETE', route: 'operations/{id}', access: 'write' },
  operationReport: { method: 'GET', route: 'operations/{id}/report', access: 'read' },
  units: { method: 'GET', route: 'units', access: 'read' },
  sweeps: { method: 'GET', route: 'sweeps', access: 'read' },
  readiness: { method: 'GET', route: 'readiness', access: 'read' },
  withdraw: { method: 'POST', route: 'withdraw', access: 'write' },
  withdrawals: { method: 'GET', route: 'withdraw', access: 'read' },
  liftWithdrawal: { method: 'DELETE', route: 'withdraw', access: 'write' },
  failback: { method: 'POST', route: 'failback', access: 'write' },
} as const satisfies Record<string, HttpTrigger>

export const trigger = (name: keyof typeof triggers) => {
  const { method, route, access }: HttpTrigger = triggers[name]
  const authLevel: 'anonymous' | 'function' = access === 'anonymous' ? access : 'function'
  return { methods: [method], route, authLevel }
}
