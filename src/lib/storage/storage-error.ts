import { ServiceError, type ServiceErrorKind } from '../service-error.ts'

/** A ServiceError of the storage plane. The message must hold no access. */
export const storageError = (
  kind: ServiceErrorKind,
  message: string,
  more: Omit<NonNullable<ConstructorParameters<typeof ServiceError>[2]>, 'plane'> = {},
): ServiceError => new ServiceError(kind, message, { ...more, plane: 'storage' })
