import { createTraceState, diag, ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api'
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { keepWordsOutOfSpans, wordlessSpans } from './wordless-spans.ts'

const exporter = new InMemorySpanExporter()
beforeAll(() => {
  const spanProcessors = [wordlessSpans, new SimpleSpanProcessor({ exporter })]
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors }))
})
beforeEach(() => exporter.reset())
afterAll(() => trace.disable())

const start = () => trace.getTracer('test').startSpan('query')

test('an error keeps its type and frames, and loses its words', () => {
  const span = start()
  const err = Object.assign(new Error('no such key: "private"'), { code: 'WRONGTYPE' })
  span.recordException(err)
  span.setStatus({ code: SpanStatusCode.ERROR, message: err.message })
  span.end()

  const [recorded] = exporter.getFinishedSpans()
  expect(recorded?.status).toEqual({ code: SpanStatusCode.ERROR })
  expect(recorded?.attributes).toEqual({ 'error.type': 'WRONGTYPE' })
  expect(recorded?.events.map(({ attributes }) => attributes)).toEqual([
    {
      'exception.type': 'WRONGTYPE',
      'exception.stacktrace': expect.stringMatching(/^ {4}at .*wordless-spans\.test\.ts/),
    },
  ])
})

test.each([
  { sent: 'vendor=private', stored: undefined },
  { sent: 'throughline=private', stored: undefined },
  { sent: 'vendor=private,throughline=keep', stored: 'throughline=keep' },
])(
  'of the trace state $sent the store gets $stored, and the calls below all',
  ({ sent, stored }) => {
    const traceState = createTraceState(sent)
    const caller = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1, traceState }
    const tracer = trace.getTracer('test')
    const span = tracer.startSpan('serve', {}, trace.setSpanContext(ROOT_CONTEXT, caller))
    const below = tracer.startSpan('call', {}, trace.setSpan(ROOT_CONTEXT, span))
    expect(below.spanContext().traceState?.serialize()).toBe(sent)
    below.end()
    span.end()
    const states = exporter.getFinishedSpans().map((ended) => ended.spanContext().traceState)
    expect(states.map((state) => state?.serialize())).toEqual([stored, stored])
  },
)

test('a job keeps neither what it returned nor why it failed', () => {
  const span = start()
  span.addEvent('job completed', { 'bullmq.job.result': '"private"' })
  span.addEvent('job failed', { 'bullmq.job.failed.reason': 'private' })
  span.end()
  const events = exporter.getFinishedSpans()[0]?.events
  expect(events?.map(({ name, attributes }) => ({ name, attributes }))).toEqual([
    { name: 'job completed', attributes: {} },
    { name: 'job failed', attributes: {} },
  ])
})

function useProvider(provider: Partial<TracerProvider>) {
  trace.disable()
  trace.setGlobalTracerProvider(provider as TracerProvider)
  const problems = vi.fn()
  diag.setLogger({ error: problems, warn() {}, info() {}, debug() {}, verbose() {} })
  onTestFinished(() => diag.disable())
  return problems
}

test("gets ahead of the processors that the SDK's own start made", () => {
  const spanProcessors = [new SimpleSpanProcessor({ exporter })]
  const problems = useProvider(new TracerProvider({ spanProcessors }))
  keepWordsOutOfSpans()
  const span = start()
  span.setStatus({ code: SpanStatusCode.ERROR, message: 'private' })
  span.end()
  expect(exporter.getFinishedSpans()[0]?.status).toEqual({ code: SpanStatusCode.ERROR })
  expect(problems).not.toHaveBeenCalled()
})

test('says so when a version of the SDK does not let it', () => {
  const problems = useProvider({ shutdown: async () => {} })
  keepWordsOutOfSpans()
  expect(problems).toHaveBeenCalledWith(expect.stringContaining('the words of errors'))
})

test('has nothing to say where nothing is exported', () => {
  const problems = useProvider({})
  trace.disable()
  keepWordsOutOfSpans()
  expect(problems).not.toHaveBeenCalled()
})
