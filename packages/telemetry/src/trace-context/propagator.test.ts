import {
  context,
  defaultTextMapGetter,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  trace,
} from '@opentelemetry/api'
import { suppressTracing } from '@opentelemetry/core'
import { expect, test } from 'vitest'
import { recordInProcess } from '../../fixtures/record-in-process.ts'
import { withoutTracing, withSpan } from '../with-span.ts'
import { traceContextPropagator } from './propagator.ts'

recordInProcess()
const traceId = '0af7651916cd43dd8448eb211c80319c'
const sent = (flags: string) => `00-${traceId}-b7ad6b7169203331-${flags}`

function injected(active = context.active()): Record<string, string> {
  const carrier = {}
  traceContextPropagator.inject(active, carrier, defaultTextMapSetter)
  return carrier
}

const extracted = (carrier: object) =>
  traceContextPropagator.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter)

const flagsBelow = (flags: string) =>
  context.with(extracted({ traceparent: sent(flags) }), () =>
    withSpan('continues', {}, () => injected().traceparent?.slice(-2)),
  )

test('a trace that begins here says that its id is random', async () => {
  const headers = await withSpan('begins', {}, () => injected())
  expect(headers.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-03$/)
  expect(Object.keys(headers)).toEqual(['traceparent'])
})

test.each([
  ['01', '01'],
  ['03', '03'],
  ['00', '00'],
  ['02', '02'],
  ['ff', '03'],
])('a trace that came with the flags %s goes on with %s', async (came, goes) => {
  expect(await flagsBelow(came)).toBe(goes)
})

test('what is not recorded goes on as not sampled, with the flag of its trace id', async () => {
  const unrecorded = () => withoutTracing(() => injected().traceparent?.slice(-2))
  expect(await withSpan('begins', {}, unrecorded)).toBe('02')
  expect(context.with(extracted({ traceparent: sent('01') }), unrecorded)).toBe('00')
})

test('a tracestate goes on with its trace, and never without', async () => {
  const tracestate = ['rojo=1, congo=2', 'third=3']
  const active = extracted({ traceparent: sent('01'), tracestate })
  const headers = await context.with(active, () => withSpan('continues', {}, () => injected()))
  expect(headers.tracestate).toBe('rojo=1,congo=2,third=3')
  expect(extracted({ tracestate: 'rojo=1' })).toBe(ROOT_CONTEXT)
  const unusable = extracted({ traceparent: sent('01'), tracestate: 'Nonsense' })
  expect(trace.getSpanContext(unusable)).toMatchObject({ traceId, isRemote: true })
  expect(injected(unusable)).not.toHaveProperty('tracestate')
})

test('a traceparent that a carrier holds twice is none', () => {
  expect(extracted({ traceparent: [sent('01'), sent('01')] })).toBe(ROOT_CONTEXT)
})

test('nothing is said outside of a trace, nor where tracing is suppressed', async () => {
  expect(injected()).toEqual({})
  expect(await withSpan('begins', {}, () => injected(suppressTracing(context.active())))).toEqual(
    {},
  )
})
