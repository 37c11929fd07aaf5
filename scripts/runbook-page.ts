/** Writes the codes of `docs/runbook/README.md` from their catalogue; `--check` says whether they are current. */
import { readFileSync, writeFileSync } from 'node:fs'
import { codes } from '../src/lib/codes.ts'
import { readinessSigns, signs } from './runbook-codes.ts'

const page = new URL('../docs/runbook/README.md', import.meta.url)
const start = '<!-- codes: written by node scripts/runbook-page.ts -->'

const section = ([code, { cause, remedy }]: readonly [string, (typeof codes)[keyof typeof codes]]): string => {
  const { seen, over } = Object.entries(signs).find(([name]) => name === code)?.[1] ?? readinessSigns
  const parts = [
    ['What you see', seen],
    ['What it means', cause],
    ['What to do', remedy],
    ['How to know that it is over', over],
  ]
  return [`### ${code}`, ...parts.map(([title, text]) => `**${title}.** ${text}`), ''].join('\n\n').trimEnd()
}

/** The page with its hand-written part as it is and the sections of all codes after the mark. */
export const runbookPage = (current: string): string => {
  const written = current.slice(0, current.indexOf(start))
  return `${written}${start}\n\n${Object.entries(codes).map(section).join('\n\n')}\n`
}

if (import.meta.main) {
  const current = readFileSync(page, 'utf8')
  if (!process.argv.includes('--check')) writeFileSync(page, runbookPage(current))
  else if (current !== runbookPage(current)) {
    console.error('docs/runbook/README.md is not current: run node scripts/runbook-page.ts')
    process.exitCode = 1
  }
}
