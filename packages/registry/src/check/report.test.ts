import { expect, test } from 'vitest'
import { Findings } from './findings.ts'
import { describeFindings, describeMissing, describeSeen } from './report.ts'

test('tells findings by service, scope and signal, each with its count and an example', () => {
  const findings = new Findings()
  const problem = {
    kind: 'undeclared',
    problem: 'attribute a is not declared',
    advice: 'declare it',
  } as const
  const shop = { service: 'shop', scope: 'shop-code' }
  for (let index = 0; index < 1_200; index++) {
    findings.add(shop, 'span take order', { ...problem, example: `${index}` })
  }
  findings.add(shop, 'span take order', { ...problem, problem: 'order.id is required' })
  findings.add({ service: 'kiosk', scope: '' }, 'resource', problem)
  expect(describeFindings(findings.toList())).toBe(
    `
kiosk
  (no scope)
    resource
      ✗ attribute a is not declared (once)
        declare it

shop
  shop-code
    span take order
      ✗ attribute a is not declared (1,200 times, for example "0")
        declare it
      ✗ order.id is required (once)
        declare it
`.trim(),
  )
})

test('tells what was left out, what was seen and what was not', () => {
  expect(describeFindings([], 1_234)).toBe('and others, seen 1,234 times')
  expect(describeSeen({ spans: 1, metrics: 0, logs: 2_000, services: ['shop', 'kiosk'] })).toBe(
    '1 span, 0 metric exports, 2,000 log records of shop, kiosk',
  )
  const signal = { id: 'span.order', declaredAt: 'shop.yaml:7' }
  expect(describeMissing([{ signal, services: ['shop'] } as never])).toBe(
    'span.order was not seen from shop (declared at shop.yaml:7)',
  )
})
