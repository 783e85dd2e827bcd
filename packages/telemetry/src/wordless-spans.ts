// Keeps the words of errors out of spans. Instrumentations copy an error's message into the status and into an event,
// and drivers quote their input there: PostgreSQL the value that it could not read, Redis a command's arguments.
// What stays names the failure: status ERROR, `error.type`, the exception's type and its frames. A caller's trace state
// goes on to whom it is meant for, and stays out of the store as well; but for our own word in it, by which a collector
// that samples is asked to keep a trace.
import {
  type AttributeValue,
  createTraceState,
  diag,
  ProxyTracerProvider,
  SpanStatusCode,
  type TraceState,
  trace,
} from '@opentelemetry/api'
import type { SpanProcessor } from '@opentelemetry/sdk-trace'
import {
  ATTR_ERROR_TYPE,
  ATTR_EXCEPTION_MESSAGE,
  ATTR_EXCEPTION_STACKTRACE,
  ATTR_EXCEPTION_TYPE,
} from '@opentelemetry/semantic-conventions'
import { framesOf } from './describe-error.ts'

type EndingSpan = Parameters<NonNullable<SpanProcessor['onEnding']>>[0]
type EventAttributes = Record<string, AttributeValue | undefined>

/** What a job returned and why it failed, as BullMQ puts it on its events. */
const words = ['bullmq.job.result', 'bullmq.job.failed.reason']

/** Costs three comparisons for a span without an error. */
export const wordlessSpans: SpanProcessor = {
  onStart() {},
  onEnding(span) {
    if (span.status.message !== undefined) span.setStatus({ code: SpanStatusCode.ERROR })
    if (span.events.length > 0) hideWords(span)
    // What starts after it, within its context, sends none.
    const own = span.spanContext()
    if (own.traceState) own.traceState = isKept(own.traceState) ? keepState : undefined
  },
  onEnd() {},
  forceFlush: () => Promise.resolve(),
  shutdown: () => Promise.resolve(),
}

const keepState = createTraceState('throughline=keep')

function isKept(state: TraceState): boolean {
  return state.get('throughline') === keepState.get('throughline')
}

function hideWords(span: EndingSpan): void {
  for (const { attributes } of span.events) {
    if (!attributes) continue
    if (ATTR_EXCEPTION_MESSAGE in attributes) hideException(span, attributes)
    for (const key of words) delete attributes[key]
  }
}

function hideException(span: EndingSpan, attributes: EventAttributes): void {
  const message = String(attributes[ATTR_EXCEPTION_MESSAGE])
  const stack = attributes[ATTR_EXCEPTION_STACKTRACE]
  const type = attributes[ATTR_EXCEPTION_TYPE] ?? sqlState(message)
  delete attributes[ATTR_EXCEPTION_MESSAGE]
  delete attributes[ATTR_EXCEPTION_STACKTRACE]
  const frames = typeof stack === 'string' && framesOf({ message, stack })
  if (frames) attributes[ATTR_EXCEPTION_STACKTRACE] = frames
  if (type === undefined) return
  attributes[ATTR_EXCEPTION_TYPE] = type
  if (!(ATTR_ERROR_TYPE in span.attributes)) span.setAttribute(ATTR_ERROR_TYPE, type)
}

/** The pg instrumentation names the failure in a sentence of its own. */
function sqlState(message: string): string | undefined {
  return / occurred \(code: (\w{5})\)$/.exec(message)?.[1]
}

interface Internals {
  readonly _activeSpanProcessor: { readonly _spanProcessors: SpanProcessor[] }
}

/** Ahead of those that a configuration file asks for: it knows no processors but the SDK's, and has no other way in. */
export function keepWordsOutOfSpans(): void {
  const global = trace.getTracerProvider()
  const provider = global instanceof ProxyTracerProvider ? global.getDelegate() : global
  // Without an exporter there is none, but for one that does nothing.
  if (!('shutdown' in provider)) return
  const processors = (provider as Partial<Internals>)._activeSpanProcessor?._spanProcessors
  if (processors) processors.unshift(wordlessSpans)
  else
    diag.error('spans hold the words of errors: this version of the SDK has no place to end that')
}
