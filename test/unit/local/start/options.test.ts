import { describe, expect, it } from 'vitest'
import { readOptions, UsageError } from '../../../../local/start/options.ts'

describe('readOptions', () => {
  it('has fixed ports unless told otherwise', () => {
    expect(readOptions([])).toMatchObject({ port: 7080, hostPort: 7071, storagePort: 10_000, once: false, json: false })
    expect(readOptions(['--once', '--json', '--port', '0', '--host-port=0', '--storage-port', '0'])).toMatchObject({
      port: 0,
      hostPort: 0,
      storagePort: 0,
      once: true,
      json: true,
    })
  })

  it('refuses what npm swallows, which would start a demo that never ends', () => {
    const swallowed = { npm_config_once: 'true' }
    expect(() => readOptions([], swallowed)).toThrow(
      'npm took --once for an option of its own: write npm start -- --once.',
    )
    expect(() => readOptions([], { npm_config_host_port: '0' })).toThrow('npm start -- --host-port')
    expect(readOptions(['--once'], swallowed)).toMatchObject({ once: true })
  })

  it.each([
    [['--onec'], '--onec'],
    [['extra'], 'extra'],
    [['--port', 'abc'], '--port must be a port from 0 to 65535, not "abc"'],
    [['--host-port', '70000'], '--host-port'],
    [['--port', '7071'], '--port and --host-port (by default) are both 7071'],
    [['--storage-port', '9', '--port', '9'], '--port and --storage-port are both 9'],
    [['--port'], '--port'],
  ])('says what is wrong with %j', (args, message) => {
    expect(() => readOptions(args)).toThrow(UsageError)
    expect(() => readOptions(args)).toThrow(message)
  })
})
