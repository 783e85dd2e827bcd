// Signs for span kinds and a few actions, as SVG: the same on every system, in the colour of the text.
import type { SpanKind } from '../api/trace-json.ts'

const namespace = 'http://www.w3.org/2000/svg'

const paths = {
  // A dot: the work stays inside the process.
  INTERNAL: 'M8 5.6a2.4 2.4 0 1 0 0 4.8 2.4 2.4 0 0 0 0-4.8z',
  UNSPECIFIED: 'M8 6.6a1.4 1.4 0 1 0 0 2.8 1.4 1.4 0 0 0 0-2.8z',
  // An arrow into a wall, and one out of it.
  SERVER: 'M2 8h7M6.2 5l3 3-3 3M12.5 3.5v9',
  CLIENT: 'M3.5 3.5v9M6.5 8h7M10.5 5l3 3-3 3',
  // The same with a queue of two in place of the wall.
  PRODUCER: 'M2 8h6M5.4 5.4L8 8l-2.6 2.6M10.8 4v8M13.6 4v8',
  CONSUMER: 'M2.4 4v8M5.2 4v8M8 8h6M11.4 5.4L14 8l-2.6 2.6',
  error: 'M4.2 4.2l7.6 7.6M11.8 4.2l-7.6 7.6',
  back: 'M9.5 3.5L5 8l4.5 4.5',
  open: 'M6 4l4 4-4 4',
  close: 'M4.2 4.2l7.6 7.6M11.8 4.2l-7.6 7.6',
  copy: 'M5.5 5.5h7v7h-7zM3.5 10.5v-7h7',
  check: 'M3.5 8.4l3 3 6-6.4',
  up: 'M4 10l4-4 4 4',
  down: 'M4 6l4 4 4-4',
  theme: 'M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zm0 1.6a3.9 3.9 0 0 1 0 7.8z',
  log: 'M3.5 4.5h9M3.5 8h9M3.5 11.5h5.5',
} as const

export type IconName = keyof typeof paths

const filled: ReadonlySet<IconName> = new Set(['INTERNAL', 'UNSPECIFIED', 'theme'])

/** With a `label` it speaks; without one it is decoration. */
export function icon(name: IconName, label?: string): SVGSVGElement {
  const svg = document.createElementNS(namespace, 'svg')
  svg.setAttribute('viewBox', '0 0 16 16')
  svg.setAttribute('class', filled.has(name) ? 'icon filled' : 'icon')
  if (label === undefined) svg.setAttribute('aria-hidden', 'true')
  else {
    svg.setAttribute('role', 'img')
    const title = document.createElementNS(namespace, 'title')
    title.textContent = label
    svg.append(title)
  }
  const path = document.createElementNS(namespace, 'path')
  path.setAttribute('d', paths[name])
  svg.append(path)
  return svg
}

export const kindWords: Readonly<Record<SpanKind, string>> = {
  UNSPECIFIED: 'no kind',
  INTERNAL: 'internal',
  SERVER: 'server',
  CLIENT: 'client',
  PRODUCER: 'producer',
  CONSUMER: 'consumer',
}
