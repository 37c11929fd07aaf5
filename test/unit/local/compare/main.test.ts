/** The program as people start it, over two accounts with real storage. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { noIdentity } from '../../../support/no-identity.ts'
import { startTwoRegions, type TwoRegions } from '../../../support/two-regions.ts'

let ground: TwoRegions
let dir: string
let settings: string
beforeAll(async () => {
  ground = await startTwoRegions()
  dir = await mkdtemp(join(tmpdir(), 'compare-'))
  settings = join(dir, 'settings.json')
  await writeFile(
    settings,
    JSON.stringify({
      Values: {
        TWINSTREAM_TOPOLOGY: JSON.stringify(ground.topology),
        EAST_TOKEN: 'token-of-east',
        WEST_TOKEN: 'token-of-west',
      },
    }),
  )
  for (const region of ['east', 'west'] as const) {
    await ground.arm[region].put('assets/film', { container: 'film' })
    await ground.putBlob(region, 'film', 'film.mp4', 'picture')
    await ground.arm[region].put('contentKeyPolicies/viewers', policy)
  }
})
afterAll(async () => {
  await ground.close()
  await rm(dir, { recursive: true })
})

const policy = {
  options: [
    {
      name: 'signed-in',
      configuration: { '@odata.type': '#Microsoft.Media.ContentKeyPolicyClearKeyConfiguration' },
      restriction: {
        '@odata.type': '#Microsoft.Media.ContentKeyPolicyTokenRestriction',
        issuer: 'i',
        audience: 'a',
        restrictionTokenType: 'Jwt',
        primaryVerificationKey: {
          '@odata.type': '#Microsoft.Media.ContentKeyPolicySymmetricTokenKey',
          keyValue: Buffer.from('sesame-sesame').toString('base64'),
        },
      },
    },
  ],
}

const program = join(import.meta.dirname, '../../../../local/compare/main.ts')
const compare = async (...args: string[]) => {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: dir,
    env: { PATH: process.env.PATH, ...noIdentity },
  })
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { code: child.exitCode, stdout, stderr }
}
const both = ['--from', 'east', '--to', 'west']

describe('npm run compare', () => {
  it('ends with 0 for twins, and says what it looked at', async () => {
    const { code, stdout } = await compare(...both, '--topology', settings)
    expect(stdout).toContain(
      'west is the twin of east: 1 asset, 1 file (0.0 MB), 0 locators, 1 policy, 0 account filters',
    )
    expect(code).toBe(0)
  })

  it('P6: ends with 1 for others, names the member and never the secret', async () => {
    const changed = structuredClone(policy)
    const key = changed.options[0]?.restriction.primaryVerificationKey
    if (key) key.keyValue = Buffer.from('other-sesame').toString('base64')
    await ground.arm.west.put('contentKeyPolicies/viewers', changed)
    const { code, stdout, stderr } = await compare(...both, '--topology', settings, '--json')
    await ground.arm.west.put('contentKeyPolicies/viewers', policy)
    expect(JSON.parse(stdout)).toMatchObject({
      same: false,
      differences: [
        'content key policy viewers: options[signed-in].restriction.primaryVerificationKey.keyValue: not as in east',
      ],
    })
    expect(stdout + stderr).not.toMatch(/sesame|c2VzYW1l|b3RoZXI/)
    expect(code).toBe(1)
  })

  it.each([
    [['--from', 'east'], '--to is missing'],
    [['--from', 'east', '--to', 'east'], 'the same account'],
    [[...both, '--fast'], "Unknown option '--fast'"],
    [[...both, '--topology', '/nowhere.json'], '/nowhere.json cannot be read'],
    [both, 'There is no local.settings.json here: name a topology with --topology FILE.'],
  ])('ends with 2 when used wrongly: %j', async (args, said) => {
    const { code, stdout, stderr } = await compare(...args)
    expect(stderr).toContain(said)
    expect(stdout).toBe('')
    expect(code).toBe(2)
  })

  it('ends with 2 and the name of an account that is not there, does not answer or lets nobody in', async () => {
    const unknown = await compare('--from', 'east', '--to', 'north', '--topology', settings)
    expect(unknown.stderr).toContain('no account north in the topology, only east, west')

    const { id } = ground.simulator.faults.add({ account: 'west', kind: 'outage' })
    const down = await compare(...both, '--topology', settings)
    ground.simulator.faults.remove(fault => fault.id === id)
    expect(down.stderr).toMatch(/west does not answer/)

    const byIdentity = join(dir, 'identity.json')
    const { accounts } = ground.topology as { readonly accounts: Readonly<Record<string, object>> }
    const named = Object.entries(accounts).map(([name, one]) => [name, { ...one, credential: 'identity' }])
    await writeFile(byIdentity, JSON.stringify({ accounts: Object.fromEntries(named) }))
    const stranger = await compare(...both, '--topology', byIdentity)
    expect(stranger.stderr).toMatch(/^compare: no credential: `az login` first[^\n]*\n$/)
    expect(stranger.code).toBe(2)

    const tokenless = join(dir, 'topology.json')
    await writeFile(tokenless, JSON.stringify(ground.topology))
    const locked = await compare(...both, '--topology', tokenless)
    expect(locked.stderr).toContain('Account east needs the setting EAST_TOKEN')
    expect([unknown.code, down.code, locked.code]).toEqual([2, 2, 2])
  })
})
