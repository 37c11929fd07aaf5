/** The console: asks for a key, then shows and does what the HTTP API does. */
import { fill, h } from './dom.ts'
import { session } from './session.ts'
import { type Shell, shell } from './shell.ts'
import { signIn } from './sign-in.ts'
import { attention } from './views/attention.ts'
import { failback } from './views/failback.ts'
import { operations } from './views/operations.ts'
import { readiness } from './views/readiness.ts'
import { routes } from './views/routes.ts'
import { withdraw } from './views/withdraw.ts'

const views = { routes, attention, operations, withdraw, failback, readiness }
const app = document.getElementById('app') ?? document.body.appendChild(h('div'))
let open: Shell | undefined

const ask = (refused: boolean): void => {
  open?.close()
  open = undefined
  session.forget()
  document.body.classList.remove('stale')
  document.title = 'Twinstream'
  fill(app, signIn(refused, enter))
}

const enter = (key: string): void => {
  session.keep(key)
  open = shell(key, views, ask)
  fill(app, open.node)
}

const kept = session.key()
if (kept === undefined) ask(false)
else enter(kept)
