// One completion from prompt to last token: wait for a slot, read the prompt, write the answer; each phase is a span.
import type { Span } from '@opentelemetry/api'
import { attributes, conventions, events, spans, withSpan } from '@throughline/telemetry'
import type { Decoded } from '../engine/protocol.ts'
import type { Answerer, Metrics } from '../metrics.ts'
import { answererOf } from '../models/ask-model.ts'
import type { ServedModel } from '../models/served-model.ts'
import type { Caller } from './caller.ts'
import { paramOf, refuseMisuse, refuseOverlong, roomForAnswer, textsOf } from './prompt-limits.ts'
import type { CompletionRequest } from './request.ts'

export interface CompletionObserver {
  readonly signal: AbortSignal
  /** When the request came, by `performance.now()`: before its model was loaded for it. */
  readonly startedAt: number
  /** How many are to be served first. */
  readonly onQueued?: (position: number) => void
  /** The prompt has been read: from here on the answer is under way. */
  readonly onStart?: () => void
  readonly onText: (text: string) => void
}

export interface Completion {
  readonly finishReason: Decoded['finishReason']
  readonly inputTokens: number
  /** Those of them that the slot had read before. */
  readonly cachedTokens: number
  readonly outputTokens: number
  readonly queueMs: number
  /** As the engine measured them. */
  readonly prefillMs: number
  readonly decodeMs: number
}

export async function complete(
  request: CompletionRequest,
  model: ServedModel,
  { tenant }: Caller,
  { signal, startedAt, onQueued, onStart, onText }: CompletionObserver,
  metrics: Metrics,
): Promise<Completion> {
  const { engine, slots } = model
  const answerer = answererOf(model.name, request.operation)
  const { prompt } = request
  refuseMisuse(prompt, model)
  refuseOverlong(textsOf(prompt), paramOf(prompt), model)
  // A place comes first: so no more prompts are counted at once than may wait.
  const place = slots.enter(tenant)
  try {
    onQueued?.(place.position)
    const tokens = await engine.call('tokenize', prompt, { signal })
    const maxTokens = roomForAnswer(request, tokens.length, model)

    const queuedAt = performance.now()
    const slot = await withSpan(
      spans.queue,
      { [attributes.modelQueuePosition]: place.position },
      () => place.slotFor(tokens, signal),
    )
    const queueMs = performance.now() - queuedAt

    const prefilled = await withSpan(
      spans.prefill,
      { [conventions.genAiUsageInputTokens]: tokens.length },
      async (span) => {
        const result = await engine.call('prefill', { slot, tenant, tokens }, { signal })
        span.setAttribute(conventions.genAiUsageCacheReadInputTokens, result.cachedTokens)
        return result
      },
    )
    metrics.inputTokens(model.name, tokens.length)
    onStart?.()
    const decoded = await withSpan(spans.decode, {}, async (span) => {
      const showFirst = onFirstText(span, onText, () =>
        metrics.firstToken(answerer, (performance.now() - startedAt) / 1_000),
      )
      const options = { ...decodeOptions(request), maxTokens }
      const lastToken = tokens.at(-1) ?? 0
      const result = await engine.call(
        'decode',
        { ...options, slot, lastToken },
        { signal, onText: showFirst },
      )
      span.setAttributes({
        [conventions.genAiUsageOutputTokens]: result.outputTokens,
        [conventions.genAiResponseFinishReasons]: [result.finishReason],
      })
      return result
    })
    metrics.outputTokens(model.name, decoded.outputTokens)
    recordPace(decoded, answerer, metrics)
    return {
      finishReason: decoded.finishReason,
      inputTokens: tokens.length,
      cachedTokens: prefilled.cachedTokens,
      outputTokens: decoded.outputTokens,
      queueMs,
      prefillMs: prefilled.durationMs,
      decodeMs: decoded.durationMs,
    }
  } finally {
    place.leave()
  }
}

function decodeOptions({ temperature, topP, seed, stop, grammar }: CompletionRequest) {
  return {
    temperature,
    topP,
    stop,
    ...(seed !== undefined && { seed }),
    ...(grammar !== undefined && { grammar }),
  }
}

/** The first token is an event on the span, at the time it leaves this process. */
function onFirstText(
  span: Span,
  onText: (text: string) => void,
  onFirst: () => void,
): (text: string) => void {
  let isFirst = true
  return (text) => {
    if (isFirst) {
      isFirst = false
      span.addEvent(events.firstToken)
      onFirst()
    }
    onText(text)
  }
}

function recordPace(decoded: Decoded, answerer: Answerer, metrics: Metrics): void {
  if (decoded.outputTokens < 2) return
  const afterFirstMs = decoded.durationMs - decoded.firstTokenMs
  metrics.pace(answerer, afterFirstMs / 1_000 / (decoded.outputTokens - 1))
}
