// What the keys do and what the signs mean.
import { element } from './dom.ts'
import { type IconName, icon } from './icons.ts'

const keys: readonly (readonly [keys: string, meaning: string])[] = [
  ['/', 'search'],
  ['↑ ↓', 'line above, below; also Page ↑ ↓, Home, End'],
  ['→ ←', 'open and go in; close and go out'],
  ['Enter', 'details of the line'],
  ['Esc', 'close details, clear search, back to the list'],
  ['n N', 'next, previous match'],
  ['e E', 'next, previous error'],
  ['l', 'logs between the spans'],
  ['+ − 0', 'zoom to the span, out, all'],
  ['*', 'open all beside this one'],
  ['x', 'close all, open all'],
  ['?', 'this help'],
]

const signs: readonly (readonly [IconName, string])[] = [
  ['SERVER', 'server: a request comes in'],
  ['CLIENT', 'client: a request goes out'],
  ['PRODUCER', 'producer: puts into a queue'],
  ['CONSUMER', 'consumer: takes out of a queue'],
  ['INTERNAL', 'internal: work inside the process'],
  ['error', 'the span says it failed'],
]

const marks: readonly (readonly [className: string, meaning: string])[] = [
  ['event', 'an event on the span'],
  ['log-mark', 'a log written during the span; red and square: an error'],
  ['wait', 'time in the queue, between producer and consumer'],
]

const filters: readonly (readonly [string, string])[] = [
  ['word', 'anywhere in names; inside a trace also in attributes, events and logs'],
  ['service:core', 'spans of one service'],
  ['status:error', 'failed spans'],
  ['kind:server', 'spans of one kind (inside a trace)'],
  ['key=value', 'spans with that attribute'],
]

export function helpContent(): HTMLElement {
  return element(
    'div',
    { class: 'help' },
    table(
      'Keys',
      keys.map(([key, meaning]) => [element('kbd', {}, key), meaning]),
    ),
    table(
      'Signs',
      signs.map(([name, meaning]) => [icon(name), meaning]),
    ),
    table(
      'On the bars',
      marks.map(([name, meaning]) => [sample(name), meaning]),
    ),
    table(
      'Search',
      filters.map(([word, meaning]) => [element('code', {}, word), meaning]),
    ),
  )
}

function table(title: string, rows: readonly (readonly [Node, string])[]): HTMLElement {
  return element(
    'section',
    {},
    element('h3', {}, title),
    element(
      'dl',
      {},
      ...rows.flatMap(([sign, text]) => [element('dt', {}, sign), element('dd', {}, text)]),
    ),
  )
}

function sample(className: string): HTMLElement {
  return element('span', { class: 'sample' }, element('span', { class: className }))
}
