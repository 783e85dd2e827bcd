// Pieces of the detail panel that spans and logs have in common.
import type { Attributes, AttributeValue } from '../api/trace-json.ts'
import { type Child, element } from './dom.ts'
import { icon } from './icons.ts'

export function section(title: string, note: string, ...content: Child[]): HTMLElement {
  return element(
    'section',
    {},
    element('h3', {}, title, element('span', { class: 'note' }, note)),
    ...content,
  )
}

/** For what is rarely wanted. */
export function folded(title: string, ...content: Child[]): HTMLElement {
  return element('details', {}, element('summary', {}, title), ...content)
}

export function attributeTable(attributes: Attributes): HTMLElement {
  const names = Object.keys(attributes).sort()
  return element('dl', { class: 'attributes' }, ...names.flatMap((name) => pair(name, attributes)))
}

function pair(name: string, attributes: Attributes): HTMLElement[] {
  const value = attributes[name] ?? null
  return [element('dt', {}, name), element('dd', { class: typeof value }, pretty(value))]
}

export function pretty(value: AttributeValue): string {
  return typeof value === 'object' ? JSON.stringify(value, null, 2) : String(value)
}

export function facts(...pairs: readonly (readonly [string, Child])[]): HTMLElement {
  const known = pairs.filter(([, value]) => value)
  return element(
    'dl',
    { class: 'facts' },
    ...known.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]),
  )
}

export function copyButton(label: string, text: string): HTMLElement {
  const button = element(
    'button',
    { class: 'button quiet', type: 'button', title: label, 'aria-label': label, onclick: copy },
    icon('copy'),
  )

  function copy(): void {
    navigator.clipboard.writeText(text).then(
      () => {
        button.replaceChildren(icon('check'))
        setTimeout(() => button.replaceChildren(icon('copy')), 1_200)
      },
      // Without the permission the reader can still select the text.
      () => button.replaceChildren(icon('close')),
    )
  }
  return button
}
