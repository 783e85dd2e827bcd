// The line of controls above the waterfall: search with its matches, logs in place, open and close all.
import { element } from './dom.ts'
import { count } from './format.ts'
import { icon } from './icons.ts'
import { spanSearch } from './span-search.ts'
import type { SpanNode } from './trace-tree.ts'

export interface SearchActions {
  /** Returns how many spans match. */
  readonly onSearch: (matches: ((node: SpanNode) => boolean) | undefined) => number
  readonly onStep: (direction: 1 | -1) => void
  readonly onLogs: (withLogs: boolean) => void
  readonly onCollapse: (isCollapsed: boolean) => void
}

export class TraceSearch {
  readonly element: HTMLElement
  readonly #actions: SearchActions
  readonly #input = element('input', {
    type: 'search',
    class: 'search',
    placeholder: 'Search in this trace   word  service:core  kind:server  status:error  key=value',
    'aria-label': 'Search in this trace',
    'aria-keyshortcuts': '/',
    spellcheck: 'false',
    autocomplete: 'off',
  })
  readonly #found = element('span', { class: 'found', role: 'status' })
  readonly #logs = this.#toggleButton('Logs', 'l', () => this.toggleLogs())
  readonly #collapse = this.#toggleButton('Collapse', 'x', () => this.toggleCollapse())
  matches: ((node: SpanNode) => boolean) | undefined

  constructor(actions: SearchActions) {
    this.#actions = actions
    this.#input.addEventListener('input', () => this.refresh())
    this.#input.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') actions.onStep(event.shiftKey ? -1 : 1)
    })
    this.element = element(
      'div',
      { class: 'controls', role: 'search' },
      this.#input,
      this.#found,
      this.#stepButton('up', 'Previous match (N)', -1),
      this.#stepButton('down', 'Next match (n)', 1),
      this.#logs,
      this.#collapse,
    )
  }

  get isActive(): boolean {
    return this.#input.value !== '' || this.#input.matches(':focus')
  }

  focus(): void {
    this.#input.focus()
    this.#input.select()
  }

  set(query: string): void {
    this.#input.value = this.#input.value === query ? '' : query
    this.refresh()
  }

  /** Also when spans have arrived. */
  refresh(): void {
    this.matches = spanSearch(this.#input.value)
    const found = this.#actions.onSearch(this.matches)
    this.#found.textContent = this.matches ? `${count(found)} found` : ''
  }

  toggleLogs(): void {
    this.#actions.onLogs(flip(this.#logs))
  }

  toggleCollapse(): void {
    this.#actions.onCollapse(flip(this.#collapse))
  }

  #toggleButton(label: string, key: string, onclick: () => void): HTMLElement {
    return element(
      'button',
      {
        class: 'button',
        type: 'button',
        'aria-pressed': 'false',
        'aria-keyshortcuts': key,
        title: `${label} (${key})`,
        onclick,
      },
      label,
    )
  }

  #stepButton(name: 'up' | 'down', label: string, direction: 1 | -1): HTMLElement {
    return element(
      'button',
      {
        class: 'button quiet',
        type: 'button',
        title: label,
        'aria-label': label,
        onclick: () => this.#actions.onStep(direction),
      },
      icon(name),
    )
  }
}

function flip(button: HTMLElement): boolean {
  const isPressed = button.ariaPressed !== 'true'
  button.ariaPressed = String(isPressed)
  return isPressed
}
