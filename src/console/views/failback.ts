/** Decides what was changed in the target while the source was away. */
import { fill, h } from '../dom.ts'
import { repeat } from '../poll.ts'
import { address, type View } from '../view.ts'
import { failbackPanel, type Panel } from './failback-panel.ts'
import { routeField } from './route-field.ts'

const every = 5000

export const failback: View = {
  title: 'Failback',
  show(scene) {
    const [told, place] = [h('div'), h('div')]
    let shown: Panel | undefined
    const tell = (): void => {
      const { failback: pending, hold } = field.summary() ?? {}
      const comparison = pending?.comparison
      fill(
        told,
        hold &&
          h('p', { class: 'notice' }, `${hold.account} does not answer. There is nothing to decide before it is back.`),
        comparison &&
          h(
            'p',
            {},
            'What changed: ',
            h('a', { href: address('operations', { id: comparison }) }, 'the comparison after its return'),
          ),
      )
    }
    const show = async (): Promise<void> => {
      const route = field.chosen()
      if (route === '') return
      tell()
      if (shown === undefined) {
        shown = failbackPanel(scene, route, () => field.summary()?.failback !== undefined, again)
        fill(place, shown.node)
      }
      await shown.load()
    }
    const field = routeField(scene, () => {
      shown = undefined
      void show()
    })
    let isKnown = false
    const again = repeat(scene.signal, every, async () => {
      await (isKnown ? field.load() : field.known)
      isKnown = true
      await show()
    })
    return h('div', { class: 'stack' }, field.node, told, place)
  },
}
