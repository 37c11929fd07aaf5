/** Text that comes in pieces. Pure. */

/** Where a long report goes on: the path below `/api/`. */
export const nextPath = (link: string | null): string | undefined =>
  /^<\/api\/([^>]+)>; rel="next"$/.exec(link ?? '')?.[1]

/** Splits text into lines as it comes; what has no end yet is kept. */
export const lineSplitter = () => {
  let rest = ''
  return (text: string): readonly string[] => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    return lines.filter(line => line !== '')
  }
}
