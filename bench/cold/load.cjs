// A process that loads the app as the host's worker does, stands idle, and tells what both cost. Plain JavaScript, so
// that nothing but the app is compiled.
const Module = require('node:module')

const [file, later] = process.argv.slice(2)
const noOp = () => ({ dispose() {} })
/** What the worker gives to the app, without a host behind it. */
const core = new Proxy({ version: '3.13.0', hostVersion: '4.1048.200' }, { get: (own, name) => own[name] ?? noOp })
const original = Module._load
Module._load = (request, ...rest) => (request === '@azure/functions-core' ? core : original(request, ...rest))

const began = performance.now()
const cpu = process.cpuUsage()
require(file)
const milliseconds = performance.now() - began
const { user, system } = process.cpuUsage(cpu)

for (const other of later?.split(',') ?? []) require(other)
setTimeout(
  () => process.send({ milliseconds, cpuMilliseconds: (user + system) / 1_000, idleBytes: process.memoryUsage.rss() }),
  1_000,
)
