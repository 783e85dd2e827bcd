// The border between names and times: drag it, or move it with the arrow keys.
import { element } from './dom.ts'

const storageKey = 'lens.name-width'
const leastPercent = 15
const mostPercent = 75
const stepPercent = 2
const initialPercent = 40

export function splitter(target: HTMLElement): HTMLElement {
  const handle = element('div', {
    class: 'splitter',
    role: 'separator',
    tabindex: 0,
    'aria-orientation': 'vertical',
    'aria-label': 'Width of the names',
    'aria-valuemin': leastPercent,
    'aria-valuemax': mostPercent,
  })
  let percent = Number(localStorage.getItem(storageKey)) || initialPercent

  function set(wanted: number): void {
    percent = Math.min(Math.max(wanted, leastPercent), mostPercent)
    target.style.setProperty('--name-width', `${percent}%`)
    handle.setAttribute('aria-valuenow', String(Math.round(percent)))
    localStorage.setItem(storageKey, String(percent))
  }

  handle.addEventListener('pointerdown', (event) => {
    event.preventDefault()
    handle.setPointerCapture(event.pointerId)
  })
  handle.addEventListener('pointermove', (event) => {
    if (!handle.hasPointerCapture(event.pointerId)) return
    const { left, width } = target.getBoundingClientRect()
    set(((event.clientX - left) / width) * 100)
  })
  handle.addEventListener('keydown', (event) => {
    const step = { ArrowLeft: -stepPercent, ArrowRight: stepPercent }[event.key]
    if (step === undefined) return
    event.preventDefault()
    event.stopPropagation()
    set(percent + step)
  })
  set(percent)
  return handle
}
