// An answer of the API from the few facts that a test of the page is about.
import type { LogJson, SpanJson, TraceJson } from '../src/api/trace-json.ts'

export function spanJson(facts: Partial<SpanJson> & { readonly spanId: string }): SpanJson {
  return {
    parentSpanId: null,
    name: 'work',
    kind: 'INTERNAL',
    service: 'core',
    startNs: 0,
    durationNs: 10,
    status: { code: 'UNSET' },
    attributes: {},
    events: [],
    links: [],
    linkedFrom: [],
    resource: 0,
    scope: 0,
    ...facts,
  }
}

export function logJson(facts: Partial<LogJson> = {}): LogJson {
  return {
    timeNs: 0,
    spanId: null,
    service: 'core',
    severity: 'info',
    severityNumber: 9,
    body: 'happened',
    attributes: {},
    resource: 0,
    scope: 0,
    ...facts,
  }
}

export function traceJson(spans: readonly SpanJson[], facts: Partial<TraceJson> = {}): TraceJson {
  return {
    traceId: 'a'.repeat(32),
    startTimeUnixNano: '1000',
    durationNs: 100,
    complete: true,
    reasons: [],
    revision: 1,
    droppedSpans: 0,
    spans,
    logs: [],
    resources: [{ service: 'core', attributes: {} }],
    scopes: [{ name: 'test', version: '' }],
    ...facts,
  }
}
