import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { topologyIssues } from '../../../scripts/deployment/topology-file.ts'
import { readInfra } from './bicep.ts'

const sample = readInfra('topology.json')
const paths = (change: (document: Record<string, never>) => void, options = { sample: true }) => {
  const document = JSON.parse(sample)
  change(document)
  return topologyIssues(JSON.stringify(document), options).map(({ path }) => path)
}
type Any = Record<string, Record<string, never>>

describe('infra/topology.json', () => {
  it('is sound as it is committed, but for its accounts, which are nobody', () => {
    expect(topologyIssues(sample, { sample: true })).toEqual([])
    expect(topologyIssues(sample).map(({ path }) => path)).toEqual([
      'accounts.east.subscriptionId',
      'accounts.west.subscriptionId',
    ])
  })

  it('is read with the schema of the app: every mistake is told at once', () => {
    expect(
      paths(document => {
        const { accounts, routes, deployment } = document as unknown as {
          accounts: Any
          routes: Any[]
          deployment: Any
        }
        Object.assign(accounts.east ?? {}, { location: accounts.west?.location })
        Object.assign(routes[0] ?? {}, { to: 'north', mod: 'replicate' })
        Object.assign(deployment.alerts ?? {}, { emails: ['nobody'] })
        Object.assign(deployment, { dailyCap: 1 })
        Object.assign((deployment.players?.origins ?? [])[0] ?? {}, { account: 'south' })
      }),
    ).toEqual(
      expect.arrayContaining([
        'accounts.west.location',
        'routes[0].to',
        'routes[0].mod',
        'deployment.alerts.emails[0]',
        'deployment.dailyCap',
        'deployment.players.origins[0].account',
      ]),
    )
  })

  it('wants its part for the deployment', () => {
    expect(paths(document => Reflect.deleteProperty(document, 'deployment'))).toContain('deployment')
  })

  it('is JSON', () => {
    expect(topologyIssues('{').map(({ path }) => path)).toEqual(['the file'])
  })
})

describe('check:topology', () => {
  const check = (...args: readonly string[]) => {
    const script = join(import.meta.dirname, '../../../scripts/deployment/check.ts')
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' })
    return { status, said: stdout + stderr }
  }

  it('stops a deployment of the sample, whose accounts are nobody, and names each mistake', () => {
    const { status, said } = check()
    expect(status).toBe(1)
    expect(said).toContain('accounts.east.subscriptionId: found ')
    expect(said).toContain('2 mistakes; nothing was deployed.')
  })

  it('says which file is not there', () => {
    const { status, said } = check('nowhere.json')
    expect(status).toBe(1)
    expect(said).toContain('nowhere.json: found no such file')
  })
})
