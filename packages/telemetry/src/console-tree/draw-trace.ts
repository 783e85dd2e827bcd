// The spans of one trace as lines: the tree on the left, then kind, duration and what else is worth knowing.
import { SpanKind } from '@opentelemetry/api'
import { hrTimeToMicroseconds, hrTimeToMilliseconds } from '@opentelemetry/core'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import { ATTR_SERVICE_NAME as serviceName } from '@opentelemetry/semantic-conventions'
import { describeSpan, printable } from './describe-span.ts'
import type { Paint, Style } from './paint.ts'

interface Line {
  readonly guides: string
  readonly span: ReadableSpan
}

/** What waits for somebody else stands out from what happens right here. */
const kindStyles: Record<SpanKind, Style> = {
  [SpanKind.INTERNAL]: 'dim',
  [SpanKind.SERVER]: 'green',
  [SpanKind.CLIENT]: 'cyan',
  [SpanKind.PRODUCER]: 'magenta',
  [SpanKind.CONSUMER]: 'magenta',
}

/** Of two that start in the same tick, the one that comes first in `spans` is drawn first. */
export function drawTrace(spans: readonly ReadableSpan[], paint: Paint): string {
  const sorted = spans.toSorted((a, b) => startMicros(a) - startMicros(b))
  const lines = layOut(sorted).map(({ guides, span }) => ({
    guides,
    span,
    name: printable(span.name),
    kind: SpanKind[span.kind],
    duration: formatDuration(durationMs(span)),
  }))
  const width = longest(lines.map(({ guides, name }) => guides + name))
  const kindWidth = longest(lines.map(({ kind }) => kind))
  const durationWidth = longest(lines.map(({ duration }) => duration))
  const drawn = lines.map(({ guides, span, name, kind, duration }) =>
    [
      (guides && paint('dim', guides)) + name + ' '.repeat(width - guides.length - name.length),
      paint(kindStyles[span.kind], kind.padEnd(kindWidth)),
      duration.padStart(durationWidth),
      ...describeSpan(span, sorted, paint),
    ].join('  '),
  )
  return [headline(sorted, paint), ...drawn.map((line) => line.trimEnd())].join('\n')
}

function headline(spans: readonly ReadableSpan[], paint: Paint): string {
  const [first] = spans
  const count = spans.length === 1 ? '1 span' : `${spans.length} spans`
  // The raw ones: about the others the SDK complains as long as a detector is at work.
  const [, service] = first?.resource.getRawAttributes().find(([key]) => key === serviceName) ?? []
  const facts = [String(service ?? ''), count].filter((fact) => fact !== '')
  return [paint('bold', `trace ${first?.spanContext().traceId}`), ...facts].join('  ')
}

/** Depth first, siblings in order of their start. What has its parent elsewhere is a root here. */
function layOut(spans: readonly ReadableSpan[]): Line[] {
  const children = Map.groupBy(spans, ({ parentSpanContext }) => parentSpanContext?.spanId ?? '')
  const ids = new Set(spans.map((span) => span.spanContext().spanId))
  const roots = spans.filter(({ parentSpanContext }) => !ids.has(parentSpanContext?.spanId ?? ''))
  const lines: Line[] = []
  const visit = (span: ReadableSpan, guides: string, below: string): void => {
    lines.push({ guides, span })
    const under = children.get(span.spanContext().spanId) ?? []
    for (const [index, child] of under.entries()) {
      const isLast = index === under.length - 1
      visit(child, below + (isLast ? '└ ' : '├ '), below + (isLast ? '  ' : '│ '))
    }
  }
  for (const root of roots) visit(root, '', '')
  return lines
}

function startMicros({ startTime }: ReadableSpan): number {
  return hrTimeToMicroseconds(startTime)
}

/** Of one that is still open: so far. */
function durationMs({ ended, duration, startTime }: ReadableSpan): number {
  return ended ? hrTimeToMilliseconds(duration) : Date.now() - hrTimeToMilliseconds(startTime)
}

/** Three digits, which is as much as one can compare at a glance. */
function formatDuration(ms: number): string {
  if (ms >= 1_000) return `${(ms / 1_000).toPrecision(3)}  s`
  return `${ms >= 1 ? ms.toPrecision(3) : ms.toFixed(2)} ms`
}

function longest(texts: readonly string[]): number {
  return texts.reduce((length, text) => Math.max(length, text.length), 0)
}
