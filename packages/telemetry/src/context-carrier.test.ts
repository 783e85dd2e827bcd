import { context, propagation } from '@opentelemetry/api'
import { expect, test } from 'vitest'
import { recordInProcess } from '../fixtures/record-in-process.ts'
import {
  activeTraceparent,
  baggageValue,
  carrierOfActiveContext,
  contextFrom,
  linkTo,
} from './context-carrier.ts'
import { withSpan } from './with-span.ts'

const recorder = recordInProcess()
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

test('is empty outside of a trace', () => {
  expect(carrierOfActiveContext()).toEqual({})
  expect(activeTraceparent()).toBeUndefined()
  expect(baggageValue('throughline.fault')).toBeUndefined()
})

test('brings trace and baggage back, whatever is active where they are read', async () => {
  const baggage = propagation.createBaggage({ 'throughline.fault': { value: 'model-error' } })
  const stored = await withSpan('writes', {}, () =>
    context.with(propagation.setBaggage(context.active(), baggage), carrierOfActiveContext),
  )
  await withSpan('reads', {}, () =>
    context.with(contextFrom(stored), () =>
      withSpan('continues', {}, () =>
        expect(baggageValue('throughline.fault')).toBe('model-error'),
      ),
    ),
  )
  const [writes, continues] = recorder.spans
  expect(stored.traceparent).toContain(writes?.spanContext().spanId)
  expect(continues?.parentSpanContext?.spanId).toBe(writes?.spanContext().spanId)
})

test.each([undefined, '', 'junk', '00-00000000000000000000000000000000-b7ad6b7169203331-01'])(
  'links to nothing for the traceparent %j',
  (value) => expect(linkTo(value)).toBeUndefined(),
)

test('links to the span that was stored', () => {
  expect(linkTo(traceparent)?.context).toMatchObject({
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
  })
})
