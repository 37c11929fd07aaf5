#!/usr/bin/env node
/**
 * Installs what the lock file says, once: every npm script runs this first. It must work with nothing installed and on
 * a machine's own Node from 18 on; everything after it runs on the Node that is installed here.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const stampFile = join(root, 'node_modules', '.twinstream-setup')
const windows = process.platform === 'win32'
const pinnedNode = join(root, 'node_modules', '.bin', windows ? 'node.cmd' : 'node')
const pinned = ['linux-x64', 'linux-arm64', 'win32-x64'].includes(`${process.platform}-${process.arch}`)

const say = text => process.stderr.write(`${text}\n`)

const stop = text => {
  say(`setup: ${text}`)
  process.exit(1)
}

const stamp = () =>
  createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(process.platform + process.arch)
    .digest('hex')

const isSetUp = () =>
  existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp() && (!pinned || existsSync(pinnedNode))

const checkNode = () => {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major < 18) stop(`Node ${process.versions.node} is too old. Install Node 20 or newer from https://nodejs.org.`)
  if (!pinned && (major < 24 || (major === 24 && minor < 12)))
    stop(`there is no Node to install for ${process.platform}-${process.arch}. Use your own, 24.12 or newer.`)
}

/** npm as it was started with, so that another one on the PATH is not mixed in. */
const npmCommand = () => {
  const script = process.env.npm_execpath
  if (script?.endsWith('.js')) return [process.env.npm_node_execpath ?? process.execPath, script]
  return [windows ? 'npm.cmd' : 'npm']
}

/** Of its own npm waits a minute and more before it says that there is no network. */
const briefly = ['--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000']

/** Runs `npm ci`; resolves with its exit code and what it wrote to stderr. stdout stays free for the caller's output. */
const npmCi = () => {
  const [command, ...first] = npmCommand()
  const child = spawn(command, [...first, 'ci', '--loglevel=error', '--no-audit', '--no-fund', ...briefly], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: command.endsWith('.cmd'),
  })
  let errors = ''
  child.stdout.on('data', chunk => process.stderr.write(chunk))
  child.stderr.on('data', chunk => {
    errors += chunk
    process.stderr.write(chunk)
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', code => resolve({ code, errors }))
  })
}

const offline = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT/

checkNode()
if (!isSetUp()) {
  say('setup: installing packages (once; a minute or two) …')
  const began = Date.now()
  const { code, errors } = await npmCi().catch(error =>
    stop(error.code === 'ENOENT' ? 'npm was not found. Install Node 20 or newer with npm.' : error.message),
  )
  if (code !== 0)
    stop(
      offline.test(errors)
        ? 'the package registry could not be reached. Connect to the network, or check the proxy and `npm config get registry`.'
        : `npm ci ended with code ${code}; its reason is above.`,
    )
  if (pinned && !existsSync(pinnedNode))
    stop('npm left out the optional package that brings Node. Check that `npm config get omit` is empty.')
  writeFileSync(stampFile, stamp())
  say(`setup: done in ${Math.round((Date.now() - began) / 1000)} s`)
}
