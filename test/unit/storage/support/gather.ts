export const gather = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

/** By UTF-16 code units, as the service sorts names. */
export const ordinally = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
