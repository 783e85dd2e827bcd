import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { beforeEach, expect, test } from 'vitest'
import { recordInProcess } from '../fixtures/record-in-process.ts'
import { activeTraceparent, linkTo } from './context-carrier.ts'
import { withoutTracing, withSpan } from './with-span.ts'

const recorder = recordInProcess()
beforeEach(() => recorder.reset())

test('runs inside its span and returns the result', async () => {
  const result = await withSpan('outer', { 'throughline.task.id': 'a' }, async (outer) => {
    expect(trace.getActiveSpan()).toBe(outer)
    return withSpan('inner', {}, () => 42)
  })
  expect(result).toBe(42)
  const [inner, outer] = recorder.spans
  expect(outer).toMatchObject({
    name: 'outer',
    attributes: { 'throughline.task.id': 'a' },
    status: { code: SpanStatusCode.UNSET },
  })
  expect(inner?.parentSpanContext?.spanId).toBe(outer?.spanContext().spanId)
})

test.each([
  [new RangeError('private'), 'RangeError'],
  [Object.assign(new Error('private'), { code: 'task-superseded' }), 'task-superseded'],
  [Object.assign(new TypeError('private'), { code: 14 }), 'TypeError'],
  ['private', '_OTHER'],
])('marks the span of a failure with a word, without its message: %s', async (err, type) => {
  const fail = () => {
    throw err
  }
  await expect(withSpan('fails', {}, fail)).rejects.toBe(err)
  expect(recorder.spans).toMatchObject([
    { status: { code: SpanStatusCode.ERROR }, attributes: { 'error.type': type }, events: [] },
  ])
  expect(recorder.spans[0]?.status.message).toBeUndefined()
})

test('takes a kind, and links that may be absent', async () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  const links = [linkTo(undefined), linkTo(traceparent)]
  await withSpan('linked', {}, () => {}, { links, kind: SpanKind.CONSUMER })
  expect(recorder.spans).toMatchObject([
    { kind: SpanKind.CONSUMER, links: [{ context: { spanId: 'b7ad6b7169203331' } }] },
  ])
})

test('records nothing below withoutTracing, and tells others not to', async () => {
  await withoutTracing(() => withSpan('poll', {}, () => {}))
  await withSpan('outer', {}, async (outer) => {
    const { traceId } = outer.spanContext()
    await withoutTracing(async () => {
      await withSpan('poll', {}, () => {})
      expect(activeTraceparent()).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-02$`))
    })
  })
  expect(recorder.spans.map(({ name }) => name)).toEqual(['outer'])
})
