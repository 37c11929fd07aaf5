/** The command that the demo prints: the comparer with the app's own settings, and no more rights than the app has. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Stack, startStack } from '../../local/stack/stack.ts'
import { encode, eventually, inSync, publish } from './support.ts'

let stack: Stack
beforeAll(async () => {
  stack = await startStack()
})
afterAll(() => stack.close())

it('P1: the comparer reads both accounts with what the deployment grants', async () => {
  await encode(stack, 'film')
  await publish(stack, 'film', 'film-clear')
  await eventually('the locator is in B', () => stack.accounts.west.arm.get('streamingLocators/film-clear'))
  await inSync(stack, 'film')
  const program = join(import.meta.dirname, '../../local/compare/main.ts')
  const options = ['--from', 'east', '--to', 'west', '--topology', stack.settingsFile]
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...options])
  expect(stdout).toContain('west is the twin of east')
})
