/** The key of this tab: gone when the tab is closed, never in an address, a cookie or storage that outlives it. */
const name = 'twinstream.key'

export const session = {
  key: (): string | undefined => sessionStorage.getItem(name) ?? undefined,
  keep(key: string): void {
    sessionStorage.setItem(name, key)
  },
  forget(): void {
    sessionStorage.removeItem(name)
  },
}
