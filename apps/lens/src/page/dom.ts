// Makes elements. Text only ever becomes a text node: what a span says about itself is never read as markup.

export type Child = Node | string | false | null | undefined

export interface Properties {
  readonly [attribute: string]: string | number | boolean | undefined | ((event: never) => void)
}

export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Properties = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const created = document.createElement(tag)
  setProperties(created, properties)
  append(created, children)
  return created
}

/** `onclick` and its like take functions, everything else is an attribute; `false` and undefined mean absent. */
function setProperties(target: Element, properties: Properties): void {
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === 'function') {
      target.addEventListener(name.slice('on'.length), value as (event: Event) => void)
    } else if (value === true) target.setAttribute(name, '')
    else if (value !== undefined && value !== false) target.setAttribute(name, String(value))
  }
}

function append(target: Element, children: readonly Child[]): void {
  for (const child of children) {
    if (child !== null && child !== undefined && child !== false) target.append(child)
  }
}

export function byId<Type extends HTMLElement>(id: string, type: new () => Type): Type {
  const found = document.getElementById(id)
  if (found instanceof type) return found
  throw new Error(`the page has no #${id}`)
}

/** Inside the page, without loading it again; see `navigate` in main.ts. */
export function routeLink(href: string, properties: Properties, ...children: Child[]): HTMLElement {
  return element('a', { href, 'data-route': true, ...properties }, ...children)
}

/** A length along the time axis, as a CSS custom property. */
export function setVariable(target: HTMLElement, name: string, value: string | number): void {
  target.style.setProperty(name, String(value))
}
