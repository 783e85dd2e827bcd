import * as stable from '@opentelemetry/semantic-conventions'
import * as incubating from '@opentelemetry/semantic-conventions/incubating'
import { expect, test } from 'vitest'
import { loadRegistry } from './load-registry.ts'

const { attributes, metrics } = loadRegistry()

const isOurs = (name: string) => name.startsWith('throughline.') || !name.includes('.')

/** By the beginning of the constant's name: `ATTR_`, `METRIC_`. */
function valuesOf(module: Readonly<Record<string, unknown>>, prefix: string): Set<unknown> {
  const entries = Object.entries(module).filter(([key]) => key.startsWith(prefix))
  return new Set(entries.map(([, value]) => value))
}

const standardAttributes = [...attributes.values()].filter(
  ({ name, library }) => library === undefined && !isOurs(name),
)
const standardMetrics = [...metrics.values()].filter(
  ({ name }) => !isOurs(name) && !name.startsWith('bullmq.'),
)

test.each([
  ...standardAttributes.map((each) => ({ ...each, prefix: 'ATTR_' })),
  ...standardMetrics.map((each) => ({ ...each, prefix: 'METRIC_' })),
])('$name is in the semantic conventions, as stable as it is said to be', (one) => {
  const { name, stability, prefix } = one
  expect(valuesOf(incubating, prefix)).toContain(name)
  expect(valuesOf(stable, prefix).has(name)).toBe(stability === 'stable')
})

/** For what the conventions have no word. */
const ownValues = ['bullmq']

/** `HTTP_REQUEST_METHOD_VALUE_GET` is one of those of `ATTR_HTTP_REQUEST_METHOD`. */
function namedValuesOf(name: string): unknown[] {
  const constants = Object.entries(incubating)
  const [key = ''] =
    constants.find(([key, value]) => value === name && key.startsWith('ATTR_')) ?? []
  const prefix = `${key.replace('ATTR_', '')}_VALUE_`
  return constants.filter(([key]) => key.startsWith(prefix)).map(([, value]) => value)
}

const closedSets = standardAttributes.flatMap(({ name, values = [] }) => {
  const named = namedValuesOf(name)
  return named.length > 0 && values.length > 0 ? [{ name, values, named }] : []
})

test('the package of the conventions names values', () => {
  expect(closedSets.map(({ name }) => name)).toContain('http.request.method')
})

test.each(closedSets)('the values of $name are words of the conventions', ({ values, named }) => {
  expect([...named, ...ownValues]).toEqual(expect.arrayContaining([...values]))
})
