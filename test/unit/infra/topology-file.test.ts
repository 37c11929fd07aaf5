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
/** Texts of the sample that may be anybody's: keys of accounts, regions, and words of the schema. */
const anybodys = ['east', 'west', 'eastus2', 'westus2', 'arm', 'observe']

/** All others, and storage accounts, which are names of properties as well. */
const namesIn = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return anybodys.includes(value) ? [] : [value]
  if (value === null || typeof value !== 'object') return []
  return Object.entries(value).flatMap(([name, member]) => [...(/store$/.test(name) ? [name] : []), ...namesIn(member)])
}

/** The same with names of somebody else. */
const replaced = (text: string) => text.replaceAll('contoso', 'fabrikam').replaceAll('00000000-0000-', '5f0c8a3e-0000-')

type Any = Record<string, Record<string, never>>

describe('infra/topology.json', () => {
  it('is sound as it is committed, but for its names, which are of nobody', () => {
    expect(topologyIssues(sample, { sample: true })).toEqual([])
  })

  it.each([...new Set(namesIn(JSON.parse(sample)))])('is refused while all but %s is somebody else’s', name => {
    expect(topologyIssues(replaced(sample))).toEqual([])
    const kept = replaced(sample).replaceAll(JSON.stringify(replaced(name)), JSON.stringify(name))
    expect(topologyIssues(kept).map(({ found, allowed }) => [found, allowed])).toContainEqual([
      JSON.stringify(name),
      'your own: this is of the sample',
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

  it('wants the canary only where players are probed for: no path is known before the first deployment', () => {
    const canary = { manifestPath: '/0/canary.ism/manifest', keyPath: '/?kid=0' }
    const withPlayers = (change: object) =>
      paths(document => Object.assign((document as unknown as { deployment: Any }).deployment.players ?? {}, change))
    expect(withPlayers({ frontDoor: true })).toEqual(['deployment.players.canary'])
    expect(withPlayers({ trafficManager: true })).toEqual(['deployment.players.canary'])
    expect(withPlayers({ frontDoor: true, canary })).toEqual([])
  })

  it('wants its part for the deployment', () => {
    expect(paths(document => Reflect.deleteProperty(document, 'deployment'))).toContain('deployment')
  })

  it('is JSON without comments, whose names are given once: it says where it is not', () => {
    const [issue, ...others] = topologyIssues(sample.replace('"routes"', '// mine\n"routes"'))
    expect(others).toEqual([])
    expect(issue).toMatchObject({ path: 'the file', found: 'no JSON from line 18, column 3 on' })
    const twice = sample.replace('"dailyCapGb": 1', '"dailyCapGb": 1, "dailyCapGb": 2')
    expect(topologyIssues(twice, { sample: true })).toMatchObject([{ path: 'deployment.dailyCapGb' }])
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
    expect(said).toContain('deployment.alerts.emails[0]: found ')
    expect(said).toMatch(/\d\d mistakes; nothing was deployed\./)
  })

  it('says which file is not there', () => {
    const { status, said } = check('nowhere.json')
    expect(status).toBe(1)
    expect(said).toContain('nowhere.json: found no such file')
    expect(said).toContain('1 mistake;')
  })

  it('explains itself, and takes no option for a file', () => {
    expect(check('--help')).toMatchObject({ status: 0, said: expect.stringContaining('[-- FILE]') })
    expect(check('--fix').status).toBe(2)
  })
})
