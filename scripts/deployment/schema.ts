import * as z from 'zod'
import { runbook } from '../../src/lib/config/catalogue.ts'

const path = z.string({ error: 'a path, "/…"' }).regex(/^\/\S+$/, { error: 'a path, "/…"' })
const hostRule = 'a host name without scheme, port and path'
const host = z.string({ error: hostRule }).regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/, {
  error: hostRule,
})
const hosts = z
  .array(z.strictObject({ account: z.string(), host }, { error: 'an object: {account, host}' }), { error: 'a list' })
  .min(2, { error: 'at least two, the one that is used first at the head' })
const yesOrNo = z.boolean({ error: 'true or false' })

/** Part `deployment` of `infra/topology.json`: what a deployment has besides the accounts and routes that the app reads. */
export const deploymentSchema = z.strictObject(
  {
    alerts: z.strictObject({
      /** Who is told. */
      emails: z.array(z.email({ error: 'an e-mail address' })).min(1, { error: 'at least one' }),
      /** How long a unit may wait before somebody is told. */
      lagMinutes: z.int({ error: 'whole minutes' }).min(5).max(1440),
    }),
    /** Where whoever is told can read docs/runbook/README.md; alerts, workbook, readiness and console lead there. */
    runbookUrl: z.string({ error: runbook.allowed }).regex(runbook.pattern, { error: runbook.allowed }),
    /** Gigabytes of telemetry a day, at most. */
    dailyCapGb: z.int({ error: 'whole gigabytes' }).min(1).max(1000),
    durableTaskScheduler: yesOrNo,
    /** Resource groups of storage accounts that are not in that of their media account. */
    storage: z.record(z.string(), z.string()),
    players: z.strictObject({
      frontDoor: yesOrNo,
      trafficManager: yesOrNo,
      origins: hosts,
      keyDelivery: hosts,
      /** The title that probes ask for, as readiness tells it of the twin: there is none before the first deployment. */
      canary: z.strictObject({ manifestPath: path, keyPath: path }).optional(),
    }),
  },
  { error: 'an object: {alerts, runbookUrl, dailyCapGb, durableTaskScheduler, storage, players}' },
)
