import { propagation, ROOT_CONTEXT, TraceFlags, trace } from '@opentelemetry/api'
import {
  CompositePropagator,
  W3CBaggagePropagator,
  W3CTraceContextPropagator,
} from '@opentelemetry/core'
import { expect, onTestFinished, test } from 'vitest'
import { createPropagators, replacePropagators } from './create-propagators.ts'
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

const traceId = 'a'.repeat(32)
const active = trace.setSpanContext(ROOT_CONTEXT, {
  ...{ traceId, spanId: 'b'.repeat(16), traceFlags: TraceFlags.SAMPLED },
})
const b3 = { inject() {}, extract: () => active, fields: () => ['b3'] }

test.each([
  ['both', '03', [new W3CTraceContextPropagator(), new W3CBaggagePropagator()]],
  ['trace context alone', '03', [new W3CTraceContextPropagator()]],
  ['another beside them', '01', [new W3CTraceContextPropagator(), b3]],
  ['baggage alone', undefined, [new W3CBaggagePropagator()]],
  ['none', undefined, []],
])('a file that asks for %s sends the flags %s', (_, flags, propagators) => {
  onTestFinished(() => propagation.disable())
  propagation.setGlobalPropagator(new CompositePropagator({ propagators }))
  const fields = propagation.fields()
  replacePropagators()
  const carrier: { traceparent?: string } = {}
  propagation.inject(active, carrier)
  // Ours alone says that the id is random.
  expect(carrier.traceparent?.slice(-2)).toBe(flags)
  expect(propagation.fields()).toEqual(fields)
})
