// Held against the SDK's own spans: the same calls must leave the same to read, whatever the limits are.
import {
  type Attributes,
  type Link,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type TracerProvider as TracerProviderApi,
  trace,
} from '@opentelemetry/api'
import { suppressTracing } from '@opentelemetry/core'
import { emptyResource } from '@opentelemetry/resources'
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type ReadableSpan,
  type Sampler,
  type SpanLimits,
  type SpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import { expect, test } from 'vitest'
import { createTracerProvider } from './tracer-provider.ts'

const link: Link = {
  context: { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: TraceFlags.SAMPLED },
  attributes: { why: 'retry', nothing: undefined, also: [1, 2] },
}
const mixed = {
  text: 'a long text',
  number: 7,
  yes: true,
  list: ['first text', 'second text'],
  bytes: new Uint8Array([1, 2, 3, 4, 5, 6]),
  nested: { deep: 'a long text', nothing: undefined },
  nothing: undefined,
  empty: null,
  fn: () => undefined,
  '': 'no key',
} as unknown as Attributes

const lives: Record<string, (span: Span) => unknown> = {
  'nothing at all': () => {},
  'attributes of all kinds': (span) => span.setAttributes(mixed).setAttribute('text', 'other'),
  'many attributes': (span) => {
    for (let at = 0; at < 200; at++) span.setAttribute(`key ${at}`, at)
    span.setAttribute('key 0', 'again')
  },
  'events, with and without a time': (span) => {
    for (let at = 0; at < 5; at++) span.addEvent(`event ${at}`, mixed, [10, at])
    span.addEvent('later', [20, 0])
  },
  links: (span) => span.addLink(link).addLinks([link, { context: link.context }]),
  exceptions: (span) => {
    span.recordException({ name: 'Error', message: 'broken', stack: 'at here' }, [10, 0])
    span.recordException({ code: 42 }, [11, 0])
    span.recordException('only words', [12, 0])
    span.recordException({ name: '', message: '' })
  },
  'an error, and its message': (span) =>
    span.setStatus({ code: SpanStatusCode.ERROR, message: 'broken' }),
  'an error that is taken back': (span) =>
    span
      .setStatus({ code: SpanStatusCode.ERROR, message: 'broken' })
      .setStatus({ code: SpanStatusCode.UNSET })
      .setStatus({ code: SpanStatusCode.OK, message: 'all is well' })
      .setStatus({ code: SpanStatusCode.ERROR }),
  'another name': (span) => span.updateName('another'),
  'an end before its beginning': (span) => span.end([1, 0]),
  'what comes after its end': (span) => {
    span.end([30, 0])
    span.setAttribute('late', 1).addEvent('late').addLink(link).updateName('late')
    span.setStatus({ code: SpanStatusCode.ERROR }).end([40, 0])
  },
}

const limits: Record<string, SpanLimits> = {
  none: {},
  few: { attributeCountLimit: 2, eventCountLimit: 2, linkCountLimit: 1 },
  short: {
    attributeValueLengthLimit: 4,
    attributePerEventCountLimit: 1,
    attributePerLinkCountLimit: 1,
  },
  'nothing allowed': { attributeCountLimit: 0, eventCountLimit: 0, linkCountLimit: 0 },
}

test.each(
  Object.keys(lives).flatMap((life) => Object.keys(limits).map((limit) => [life, limit] as const)),
)('%s, limits: %s', (life, limit) => {
  const live = (provider: TracerProviderApi) => {
    const options = {
      attributes: mixed,
      links: [link, link],
      startTime: [10, 5] as [number, number],
    }
    const span = provider.getTracer('test', '1').startSpan('named', options)
    lives[life]?.(span)
    if (span.isRecording()) span.end([30, 0])
  }
  const settings = { spanLimits: limits[limit] ?? {}, sampler: new AlwaysOnSampler() }
  expect(recorded(createTracerProvider, settings, live)).toEqual(
    recorded(createSdk, settings, live),
  )
})

test.each([
  ['begins a trace', ROOT_CONTEXT, {}],
  ['continues a trace that is sampled', parentOf(TraceFlags.SAMPLED, true), {}],
  ['continues a trace that is not', parentOf(TraceFlags.NONE, true), {}],
  ['is below a local span', parentOf(TraceFlags.SAMPLED, false), {}],
  ['leaves its trace', parentOf(TraceFlags.SAMPLED, false), { root: true }],
  ['has a parent with impossible ids', parentOf(TraceFlags.SAMPLED, true, 'no id'), {}],
  ['is not wanted', suppressTracing(ROOT_CONTEXT), {}],
])('a span that %s is where the SDK would have it', (_, parent, options) => {
  const decide = (sampler: Sampler) => {
    const spans = [createTracerProvider, createSdk].map((create) => {
      const provider = create({ ...nothing, sampler })
      const span = provider.getTracer('test').startSpan('x', options, parent)
      const { traceId, traceFlags } = span.spanContext()
      const isContinued = traceId === link.context.traceId
      return [isContinued, traceFlags, span.isRecording(), /^0+$/.test(traceId)]
    })
    expect(spans[0]).toEqual(spans[1])
  }
  decide(new ParentBasedSampler({ root: new AlwaysOnSampler() }))
  decide(new ParentBasedSampler({ root: new AlwaysOffSampler() }))
})

test('a sampler may add attributes, and see those that are there', () => {
  let seen: Attributes = {}
  const sampler: Sampler = {
    shouldSample(_context, _traceId, _name, _kind, attributes) {
      seen = attributes
      return { decision: 2, attributes: { rule: 'mine' } }
    },
  }
  const live = (provider: TracerProviderApi) =>
    provider
      .getTracer('test')
      .startSpan('x', { attributes: { a: 1 } })
      .end()
  const [span] = recorded(createTracerProvider, { ...nothing, sampler }, live)
  expect(seen).toEqual({ a: 1 })
  expect(span?.attributes).toEqual({ a: 1, rule: 'mine' })
})

test('each id is drawn anew, and the clock of a span goes on', async () => {
  const provider = createTracerProvider({ ...nothing, sampler: new AlwaysOnSampler() })
  const tracer = provider.getTracer('test')
  const spans = Array.from({ length: 1_000 }, () => tracer.startSpan('x') as Span & ReadableSpan)
  expect(new Set(spans.map((span) => span.spanContext().spanId)).size).toBe(1_000)
  expect(new Set(spans.map((span) => span.spanContext().traceId)).size).toBe(1_000)
  for (const span of spans) {
    expect(span.spanContext()).toMatchObject({
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
      spanId: expect.stringMatching(/^[0-9a-f]{16}$/),
    })
    span.end()
    const [seconds, nanos] = span.duration
    expect(seconds * 1e9 + nanos).toBeGreaterThan(0)
    expect(Math.abs(span.endTime[0] - Date.now() / 1_000)).toBeLessThan(5)
  }
})

const nothing = { resource: emptyResource(), spanLimits: {}, spanProcessors: [] }
type Create = (settings: Parameters<typeof createTracerProvider>[0]) => TracerProviderApi

function createSdk(settings: Parameters<typeof createTracerProvider>[0]): TracerProviderApi {
  return new TracerProvider({ ...settings, spanProcessors: [...settings.spanProcessors] })
}

function parentOf(traceFlags: TraceFlags, isRemote: boolean, spanId = link.context.spanId) {
  return trace.setSpanContext(ROOT_CONTEXT, { ...link.context, spanId, traceFlags, isRemote })
}

/** What a processor can read of a span when it has ended, in the order of what it was told. */
function recorded(
  create: Create,
  settings: Partial<Parameters<typeof createTracerProvider>[0]>,
  live: (provider: TracerProviderApi) => unknown,
): (Pick<ReadableSpan, 'attributes'> & Record<string, unknown>)[] {
  const told: ReturnType<typeof recorded> = []
  const tell = (what: string) => (span: ReadableSpan) => {
    const { name, kind, status, attributes, links, events, ended } = span
    const { startTime, endTime, duration, instrumentationScope } = span
    const { droppedAttributesCount, droppedEventsCount, droppedLinksCount } = span
    const dropped = { droppedAttributesCount, droppedEventsCount, droppedLinksCount }
    const times = what === 'onEnd' ? { startTime, endTime, duration } : { startTime }
    told.push(
      structuredClone({
        ...{ what, name, kind, status, attributes, links, events, ended, instrumentationScope },
        ...{ ...dropped, ...times },
      }),
    )
  }
  const processor: SpanProcessor = {
    onStart: tell('onStart'),
    onEnding: tell('onEnding'),
    onEnd: tell('onEnd'),
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  }
  live(
    create({
      ...nothing,
      sampler: new AlwaysOnSampler(),
      ...settings,
      spanProcessors: [processor],
    }),
  )
  expect(told.length).toBeGreaterThan(0)
  return told
}

test('a span is of a kind, inside unless it is said', () => {
  const live = (provider: TracerProviderApi) => {
    provider.getTracer('test').startSpan('x').end()
    provider.getTracer('test').startSpan('x', { kind: SpanKind.CLIENT }).end()
  }
  const told = recorded(createTracerProvider, {}, live).filter(({ what }) => what === 'onEnd')
  expect(told.map(({ kind }) => kind)).toEqual([SpanKind.INTERNAL, SpanKind.CLIENT])
})
