/** States, told by word and shape; colour only helps. */
import { fill, h, type Part } from './dom.ts'
import { outcomeName } from './format.ts'

export type Tone = 'good' | 'busy' | 'wait' | 'bad' | 'idle'

const tones: Readonly<Record<string, Tone>> = {
  inSync: 'good',
  succeeded: 'good',
  ready: 'good',
  withdrawn: 'good',
  running: 'busy',
  waiting: 'wait',
  throttled: 'wait',
  failed: 'bad',
  blocked: 'bad',
}

export const toneOf = (state: string): Tone => tones[state] ?? 'idle'

export const badge = (state: string, tone: Tone = toneOf(state)): HTMLElement =>
  h('span', { class: `badge ${tone}` }, outcomeName(state))

/** A figure with what it counts. */
export const figure = (label: string, tone: Tone = 'idle'): Part<string> & { tone(tone: Tone): void } => {
  const value = h('dd')
  const node = h('div', { class: `figure ${tone}` }, h('dt', {}, label), value)
  return {
    node,
    update: text => fill(value, text),
    tone(next) {
      node.className = `figure ${next}`
    },
  }
}

/** A moment that people read, with the exact one for who asks. */
export const timeOf = (iso: string, text: string): HTMLElement => h('time', { datetime: iso, title: iso }, text)
