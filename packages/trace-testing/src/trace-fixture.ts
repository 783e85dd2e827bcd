// Traces for the tests of this package, written down as trees.
import type { SpanStatus, Trace, TraceSpan } from './trace.ts'

export interface SpanFixture extends Partial<Omit<TraceSpan, 'name'>> {
  readonly children?: readonly SpanFixture[]
  readonly name: string
}

/** Ids and times are given out in the order in which the spans are written. */
export function traceOf(...roots: readonly SpanFixture[]): Trace {
  const spans: TraceSpan[] = []
  const add = ({ children = [], ...fields }: SpanFixture, parentSpanId?: string) => {
    const at = BigInt(spans.length + 1) * 1_000_000n
    const span: TraceSpan = {
      spanId: `span-${spans.length + 1}`,
      parentSpanId,
      kind: 'INTERNAL',
      service: 'shop',
      status: 'UNSET' as SpanStatus,
      startNanos: at,
      endNanos: at + 500_000n,
      attributes: {},
      events: [],
      links: [],
      ...fields,
    }
    spans.push(span)
    for (const child of children) add(child, span.spanId)
  }
  for (const root of roots) add(root)
  return { traceId: 'trace-1', spans, logs: [] }
}

/** A request, its query, and two attempts at a job, the second linked to the first. */
export const orderTrace: Trace = traceOf({
  name: 'POST /orders',
  kind: 'SERVER',
  attributes: { 'http.response.status_code': 202, 'server.port': 43_112 },
  children: [
    { name: 'INSERT', kind: 'CLIENT', attributes: { 'db.query.text': 'INSERT INTO orders' } },
    {
      name: 'send orders',
      kind: 'PRODUCER',
      children: [
        {
          name: 'process orders',
          kind: 'CONSUMER',
          service: 'worker',
          children: [
            { name: 'run', service: 'worker', status: 'ERROR', attributes: { attempt: 1 } },
            {
              name: 'run',
              service: 'worker',
              attributes: { attempt: 2 },
              links: [{ traceId: 'trace-1', spanId: 'span-5' }],
              events: [{ name: 'order shipped', attributes: {} }],
            },
          ],
        },
      ],
    },
  ],
})
