import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { loadRegistry } from './load-registry.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'registry-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function load(text: string) {
  writeFileSync(join(folder, 'orders.yaml'), text)
  return loadRegistry(folder)
}

const attributes = `
groups:
  - id: registry.orders
    type: attribute_group
    brief: Orders
    attributes:
      - id: order.id
        type: string
        brief: Of the order
        stability: development
        examples: [o-1]
      - id: order.state
        type:
          members:
            - { id: open, value: open, stability: development }
            - { id: shut, value: shut, stability: development }
        brief: What became of it
        stability: development
`

const span = `
  - id: span.order
    type: span
    span_kind: internal
    brief: Takes an order
    stability: development
    attributes:
      - { ref: order.id, requirement_level: required }
      - { ref: order.state, annotations: { values: [open] } }
    annotations:
      emitters: [shop]
      names: [take order]
      query: take order
`

test('resolves references', () => {
  const registry = load(attributes + span)
  const [order] = registry.spans
  expect(order).toMatchObject({ kind: 'internal', names: ['take order'], emitters: ['shop'] })
  expect(order?.declaredAt).toBe('orders.yaml:20')
  expect(order?.attributes.get('order.id')).toMatchObject({
    level: 'required',
    attribute: registry.attributes.get('order.id'),
  })
})

test('narrows a closed set where it is used', () => {
  const registry = load(attributes + span)
  expect(registry.attributes.get('order.state')?.values).toEqual(['open', 'shut'])
  expect(registry.spans[0]?.attributes.get('order.state')?.values).toEqual(['open'])
})

test('inherits the attributes of the group that is extended', () => {
  const registry = load(`${attributes}${span}
  - id: event.order
    type: event
    name: order taken
    brief: An order is in the books
    stability: development
    extends: fields.order
    annotations: { carrier: log, severities: [info], emitters: [shop] }
  - id: fields.order
    type: attribute_group
    brief: On every record about an order
    attributes:
      - { id: orderId, type: string, brief: Of the order, stability: development, examples: [o-1] }
  `)
  const fields = registry.logs.get('order taken')?.attributes
  expect([...(fields?.keys() ?? [])]).toEqual(['orderId'])
  expect(registry.attributes.has('orderId')).toBe(false)
})

describe('says file, line and place of what is wrong', () => {
  test.each<[string, string, string, string]>([
    ['an unknown type', 'type: string', 'type: text', 'orders.yaml:8 groups.0.attributes.0.type: '],
    ['an unknown field', 'brief: Orders', 'brief: O\n    color: red', '"color"'],
    [
      'an unknown reference',
      'ref: order.id',
      'ref: order.nr',
      'orders.yaml:26: no attribute order.nr',
    ],
    ['a kind that is none', 'span_kind: internal', 'span_kind: inner', 'groups.1.span_kind: '],
    [
      'an attribute twice',
      'id: order.state',
      'id: order.id',
      'orders.yaml:12: order.id is defined twice',
    ],
    ['a set that is widened', 'values: [open]', 'values: [lost]', 'order.state has no value lost'],
    [
      'a part that is nothing',
      'names: [take order]',
      'names: ["take {thing}"]',
      '{thing} is no attribute',
    ],
    [
      'an attribute without use',
      '- { ref: order.id, requirement_level: required }',
      '',
      'order.id: no signal',
    ],
    ['a file that is no YAML', 'type: span', 'type: "span', 'orders.yaml: '],
  ])('%s', (_, right, wrong, message) => {
    const text = (attributes + span).replace(right, wrong)
    expect(text).not.toBe(attributes + span)
    expect(() => load(text)).toThrow(message)
  })
})

test('tells all problems at once', () => {
  const text = (attributes + span).replace('ref: order.id', 'ref: a').replace('[open]', '[lost]')
  expect(() => load(text)).toThrow(/no attribute a\n.*no value lost/)
})
