// One completion from prompt to last token: wait for a slot, read the prompt, write the answer; each phase is a span.
import { attributes, conventions, events, spans, withSpan } from '@throughline/telemetry'
import type { Decoded, Prefilled, Prompt, ReadPrompt } from '../engine/protocol.ts'
import { paramOf, roomForAnswer } from '../engine/room-for-answer.ts'
import type { Answerer, Metrics } from '../metrics.ts'
import { answererOf } from '../models/ask-model.ts'
import type { ServedModel } from '../models/served-model.ts'
import type { Caller } from './caller.ts'
import { refuseMisuse, refuseOverlong, textsOf } from './prompt-limits.ts'
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
  refuseMisuse(request.prompt, model)
  refuseOverlong(textsOf(request.prompt), paramOf(request.prompt), model)
  // A place comes first: so no more prompts are counted at once than may wait.
  const place = slots.enter(tenant)
  try {
    onQueued?.(place.position)
    // Who has to wait hears before whether the prompt fits.
    const prompt = place.hasTurn()
      ? request.prompt
      : await readPrompt(request.prompt, model, signal)
    const queuedAt = performance.now()
    await withSpan(spans.queue, { [attributes.modelQueuePosition]: place.position }, () =>
      place.turn(signal),
    )
    const queueMs = performance.now() - queuedAt

    const reading = Promise.withResolvers<Prefilled>()
    const begun = Promise.withResolvers<void>()
    const writing = engine.call(
      'answer',
      { ...answerOptions(request, model), prompt, tenant },
      {
        signal,
        onPrefilled: reading.resolve,
        onText: (text) => {
          begun.resolve()
          onText(text)
        },
      },
    )
    writing.catch(reading.reject)
    const prefilled = await withSpan(spans.prefill, {}, async (span) => {
      const result = await reading.promise
      span.setAttributes({
        [conventions.genAiUsageInputTokens]: result.inputTokens,
        [conventions.genAiUsageCacheReadInputTokens]: result.cachedTokens,
      })
      return result
    })
    metrics.inputTokens(model.name, prefilled.inputTokens)
    onStart?.()
    const decoded = await withSpan(spans.decode, {}, async (span) => {
      // The first text comes along with the news that the prompt is read: before this span, or in it.
      void begun.promise.then(() => {
        span.addEvent(events.firstToken)
        metrics.firstToken(answerer, (performance.now() - startedAt) / 1_000)
      })
      const result = await writing
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
      inputTokens: prefilled.inputTokens,
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

async function readPrompt(
  prompt: Prompt,
  { engine }: ServedModel,
  signal: AbortSignal,
): Promise<ReadPrompt> {
  const tokens = await engine.call('tokenize', prompt, { signal })
  roomForAnswer(tokens.length, paramOf(prompt), engine)
  return { tokens }
}

function answerOptions(
  { temperature, topP, seed, stop, grammar, maxTokens }: CompletionRequest,
  { maxOutputTokens }: ServedModel,
) {
  return {
    maxTokens: Math.min(maxTokens ?? maxOutputTokens, maxOutputTokens),
    temperature,
    topP,
    stop,
    ...(seed !== undefined && { seed }),
    ...(grammar !== undefined && { grammar }),
  }
}

function recordPace(decoded: Decoded, answerer: Answerer, metrics: Metrics): void {
  if (decoded.outputTokens < 2) return
  metrics.pace(answerer, decoded.durationMs / 1_000 / (decoded.outputTokens - 1))
}
