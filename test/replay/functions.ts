/** The functions that the app registers, through the host's own door. */
import { vi } from 'vitest'
import { CoreApi, installCoreApi } from '../../local/host/core-api.ts'
import { Registry } from '../../local/host/registry.ts'

/** @returns names by the type of their trigger. */
export const registeredFunctions = async (): Promise<Readonly<Record<string, ReadonlySet<string> | undefined>>> => {
  const registry = new Registry()
  const uninstall = installCoreApi(new CoreApi(registry, () => {}))
  vi.resetModules()
  await import('../../src/functions/index.ts')
  uninstall()
  const byTrigger = Object.groupBy(registry.all(), ({ trigger }) => trigger.binding.type)
  return Object.fromEntries(
    Object.entries(byTrigger).map(([type, functions = []]) => [type, new Set(functions.map(({ name }) => name))]),
  )
}
