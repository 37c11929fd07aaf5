import { badRequest } from './arm-errors.ts'
import { names } from './limits.ts'

/** Contract section 5: what no resource may be called. */
export const checkName = (name: string): void => {
  if (name.length === 0 || name.length > names.longest || names.forbidden.test(name))
    throw badRequest(
      `The resource name '${name}' is not valid: up to ${names.longest} characters, none of < > % & : \\ ? / * + . ' ` +
        'and no control characters.',
    )
}

export const checkContainerName = (container: string): void => {
  if (!names.container.test(container))
    throw badRequest('Invalid container name. Check MSDN for more information about valid container naming.')
}
