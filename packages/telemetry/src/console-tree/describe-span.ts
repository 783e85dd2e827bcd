// What a span's line says after its name, kind and duration.
import { type AttributeValue, SpanStatusCode } from '@opentelemetry/api'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import type { Paint } from './paint.ts'

const maxAttributes = 6
const maxValueLength = 60

/** The same for every span of its kind, or said better by another attribute. */
const told = new Set([
  'db.system.name',
  'gen_ai.response.id',
  'gen_ai.system',
  'http.request.method_original',
  'rpc.system',
  'rpc.system.name',
  'url.scheme',
])
const toldByPrefix = /^(network|server|client|user_agent)\./

export function describeSpan(
  span: ReadableSpan,
  trace: readonly ReadableSpan[],
  paint: Paint,
): string[] {
  const failed = span.status.code === SpanStatusCode.ERROR
  const parent = span.parentSpanContext
  return [
    ...(span.ended ? [] : [paint('yellow', 'unfinished')]),
    // Not the message: it may hold what somebody typed.
    ...(failed ? [paint('red', 'ERROR')] : []),
    ...attributesOf(span).map((text) => paint('dim', text)),
    ...span.events.map(({ name, attributes }) => {
      const type = attributes?.['exception.type']
      return paint(failed ? 'red' : 'yellow', `* ${printable(name)}${type ? ` ${show(type)}` : ''}`)
    }),
    ...span.links.map(({ context }) => {
      const target = find(context.spanId, trace)?.name
      const elsewhere = `span ${context.spanId} of trace ${context.traceId}`
      return paint('blue', `→ ${target === undefined ? elsewhere : printable(target)}`)
    }),
    ...(parent && !find(parent.spanId, trace)
      ? [paint('blue', `← below span ${parent.spanId}, which is not here`)]
      : []),
  ]
}

/** On one line whatever it holds, and without what a terminal would obey. */
export function printable(text: string): string {
  const plain = text.replace(/[\p{C}\p{Z}]+/gu, ' ').trim()
  return plain.length > maxValueLength ? `${plain.slice(0, maxValueLength)}…` : plain
}

function attributesOf(span: ReadableSpan): string[] {
  const untold = Object.entries(span.attributes).filter(([key, value]) => !isTold(key, value, span))
  const shown = untold.slice(0, maxAttributes)
  const left = untold.length - shown.length
  return [
    ...shown.map(([key, value]) => `${printable(key)}=${show(value)}`),
    ...(left > 0 ? [`+${left}`] : []),
  ]
}

function isTold(key: string, value: AttributeValue | undefined, span: ReadableSpan): boolean {
  if (told.has(key) || toldByPrefix.test(key)) return true
  if (key === 'url.path' && 'url.full' in span.attributes) return true
  return typeof value === 'string' && span.name.includes(value)
}

function show(value: AttributeValue | undefined): string {
  return printable(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))
}

function find(spanId: string, trace: readonly ReadableSpan[]): ReadableSpan | undefined {
  return trace.find((span) => span.spanContext().spanId === spanId)
}
