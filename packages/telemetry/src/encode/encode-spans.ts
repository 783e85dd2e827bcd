// Spans as an OTLP request in protobuf. The SDK's serializer costs more than the span itself: it walks each one twice,
// first to know the size, and encodes every key anew.
import type { HrTime, Link, SpanContext } from '@opentelemetry/api'
import type { ReadableSpan, TimedEvent } from '@opentelemetry/sdk-trace'
import { wire, writeAttributes } from './attributes.ts'
import type { ProtobufWriter } from './protobuf-writer.ts'
import { encodeRequest } from './request.ts'

export function encodeSpans(spans: readonly ReadableSpan[]): Buffer {
  return encodeRequest(spans, writeSpan)
}

function writeSpan(writer: ProtobufWriter, span: ReadableSpan): void {
  const { parentSpanContext: parent, status } = span
  const context = span.spanContext()
  writeIds(writer, context)
  if (parent?.spanId) {
    writer.tag(4, wire.bytes)
    writer.hex(parent.spanId)
  }
  writer.tag(5, wire.bytes)
  writer.text(span.name)
  writer.tag(6, wire.varint)
  // The API counts kinds from 0, which in OTLP is "unspecified".
  writer.varint(span.kind + 1)
  writeTime(writer, 7, span.startTime)
  writeTime(writer, 8, span.endTime)
  writeAttributes(writer, 9, span.attributes)
  writeCount(writer, 10, span.droppedAttributesCount)
  for (const event of span.events) writeEvent(writer, event)
  writeCount(writer, 12, span.droppedEventsCount)
  for (const link of span.links) writeLink(writer, link)
  writeCount(writer, 14, span.droppedLinksCount)
  if (status.code !== 0 || status.message) writeStatus(writer, status)
  writer.tag(16, wire.fixed32)
  writer.fixed32(flagsOf(context, parent))
}

function writeEvent(writer: ProtobufWriter, event: TimedEvent): void {
  writer.tag(11, wire.bytes)
  const start = writer.begin(false)
  writeTime(writer, 1, event.time)
  writer.tag(2, wire.bytes)
  writer.text(event.name)
  writeAttributes(writer, 3, event.attributes)
  writeCount(writer, 4, event.droppedAttributesCount)
  writer.end(start, false)
}

function writeLink(writer: ProtobufWriter, link: Link): void {
  writer.tag(13, wire.bytes)
  const start = writer.begin(false)
  writeIds(writer, link.context)
  writeAttributes(writer, 4, link.attributes)
  writeCount(writer, 5, link.droppedAttributesCount)
  writer.tag(6, wire.fixed32)
  writer.fixed32(flagsOf(link.context, link.context))
  writer.end(start, false)
}

function writeStatus(writer: ProtobufWriter, { code, message }: ReadableSpan['status']): void {
  writer.tag(15, wire.bytes)
  const start = writer.begin(false)
  if (message) {
    writer.tag(2, wire.bytes)
    writer.text(message)
  }
  writer.tag(3, wire.varint)
  writer.varint(code)
  writer.end(start, false)
}

/** Fields 1 to 3 of a span and of a link. */
function writeIds(writer: ProtobufWriter, { traceId, spanId, traceState }: SpanContext): void {
  writer.tag(1, wire.bytes)
  writer.hex(traceId)
  writer.tag(2, wire.bytes)
  writer.hex(spanId)
  const state = traceState?.serialize()
  if (!state) return
  writer.tag(3, wire.bytes)
  writer.text(state)
}

export function writeTime(writer: ProtobufWriter, field: number, time: HrTime): void {
  writer.tag(field, wire.fixed64)
  writer.nanoseconds(time)
}

/** Nothing is what the format reads as 0. */
export function writeCount(writer: ProtobufWriter, field: number, count: number | undefined): void {
  if (!count) return
  writer.tag(field, wire.varint)
  writer.varint(count)
}

/** The eight flags of W3C, and above them whether it is known, and true, that the parent is in another process. */
function flagsOf({ traceFlags }: SpanContext, parent: SpanContext | undefined): number {
  return (traceFlags & 0xff) | 0x100 | (parent?.isRemote ? 0x200 : 0)
}
