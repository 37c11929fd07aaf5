/** `npm run check:architecture`: every import of the project against the rules of `rooms.ts`. */
import { globSync, readFileSync } from 'node:fs'
import { posix, sep } from 'node:path'
import { importsOf } from './imports.ts'
import { refusal } from './rooms.ts'
import { root } from './run.ts'

const files = globSync(['src/**/*.ts', 'local/**/*.ts', 'scripts/**/*.ts', 'test/**/*.ts', 'bench/**/*.ts', '*.ts'], {
  cwd: root,
})

let seen = 0
const broken: string[] = []
for (const file of files.map(name => name.split(sep).join('/')).sort()) {
  for (const name of importsOf(file, readFileSync(`${root}${file}`, 'utf8'))) {
    seen += 1
    const isPackage = !name.startsWith('.')
    const to = isPackage ? name : posix.join(posix.dirname(file), name)
    const reason = refusal(file, to, isPackage)
    if (reason !== undefined) broken.push(`${file} imports ${to}: ${reason}`)
  }
}

for (const line of broken) console.error(line)
if (seen === 0) console.error('no import was seen: the check itself is broken')
console.log(`${seen} imports in ${files.length} files, ${broken.length} against the rules`)
process.exitCode = broken.length > 0 || seen === 0 ? 1 : 0
