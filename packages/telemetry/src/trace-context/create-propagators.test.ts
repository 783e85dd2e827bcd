import { expect, test } from 'vitest'
import { createPropagators } from './create-propagators.ts'
import { traceContextPropagator } from './propagator.ts'

const fieldsOf = (env: NodeJS.ProcessEnv) =>
  createPropagators(env)?.flatMap((propagator) => propagator.fields())

test.each([
  [undefined, ['traceparent', 'tracestate', 'baggage']],
  ['', ['traceparent', 'tracestate', 'baggage']],
  ['tracecontext,baggage', ['traceparent', 'tracestate', 'baggage']],
  ['baggage, tracecontext', ['baggage', 'traceparent', 'tracestate']],
  ['tracecontext,tracecontext', ['traceparent', 'tracestate']],
  ['none', []],
])('OTEL_PROPAGATORS=%s is ours to know', (value, fields) => {
  expect(fieldsOf({ OTEL_PROPAGATORS: value })).toEqual(fields)
})

test('trace context that is asked for by name is our own, too', () => {
  expect(createPropagators({ OTEL_PROPAGATORS: 'tracecontext' })).toEqual([traceContextPropagator])
})

test.each([
  ['another propagator', { OTEL_PROPAGATORS: 'tracecontext,b3' }],
  ['a configuration file', { OTEL_CONFIG_FILE: 'otel.yaml' }],
])('leaves %s to the SDK', (_, env) => {
  expect(createPropagators(env)).toBeUndefined()
})
