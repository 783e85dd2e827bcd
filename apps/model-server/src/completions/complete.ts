// One completion from prompt to last token: wait for a slot, read the prompt, write the answer; each phase is a span.
import { attributes, conventions, events, spans, withSpan } from '@throughline/telemetry'
import type { AnswerOptions, Decoded, Prefilled, Prompt, ReadPrompt } from '../engine/protocol.ts'
import { paramOf, roomForAnswer } from '../engine/room-for-answer.ts'
import type { Answerer, Metrics } from '../metrics.ts'
import { answererOf } from '../models/ask-model.ts'
import type { ServedModel } from '../models/served-model.ts'
import type { Place } from '../scheduling/slots.ts'
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
  observer: CompletionObserver,
  metrics: Metrics,
): Promise<Completion> {
  const { signal, startedAt, onQueued, onStart } = observer
  const answerer = answererOf(model.name, request.operation)
  refuseMisuse(request.prompt, model)
  refuseOverlong(textsOf(request.prompt), paramOf(request.prompt), model)
  // A place comes first: so no more prompts are counted at once than may wait.
  const place = model.slots.enter(tenant)
  try {
    onQueued?.(place.position)
    // Who has to wait hears before whether the prompt fits.
    const prompt = place.hasTurn()
      ? request.prompt
      : await readPrompt(request.prompt, model, signal)
    const queueMs = await queue(place, signal)

    const options = { ...answerOptions(request, model), prompt, tenant }
    const answer = beginAnswer(model, options, observer)
    const prefilled = await prefill(answer)
    metrics.inputTokens(model.name, prefilled.inputTokens)
    onStart?.()
    const decoded = await decode(answer, {
      onFirst: () => metrics.firstToken(answerer, (performance.now() - startedAt) / 1_000),
      onEnd: (outputTokens) => metrics.outputTokens(model.name, outputTokens),
    })
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

/** What the engine does for one answer, as it gets that far. */
interface AnswerUnderWay {
  readonly prefilled: Promise<Prefilled>
  readonly firstText: Promise<void>
  readonly decoded: Promise<Decoded>
  /** Tokens, as far as they have become text: all that is known of an answer that ends early. */
  readonly written: () => number
}

function beginAnswer(
  { engine }: ServedModel,
  options: AnswerOptions,
  { signal, onText }: CompletionObserver,
): AnswerUnderWay {
  const prefilled = Promise.withResolvers<Prefilled>()
  const firstText = Promise.withResolvers<void>()
  let written = 0
  const decoded = engine.call('answer', options, {
    signal,
    onPrefilled: prefilled.resolve,
    onWritten: ({ text, outputTokens }) => {
      written = outputTokens
      firstText.resolve()
      onText(text)
    },
  })
  // Whatever ends the answer ends the wait for its beginning.
  const neverBegan = () => prefilled.reject(new Error('The engine ended an answer before it began'))
  decoded.then(neverBegan, prefilled.reject)
  return {
    prefilled: prefilled.promise,
    firstText: firstText.promise,
    decoded,
    written: () => written,
  }
}

async function queue(place: Place, signal: AbortSignal): Promise<number> {
  const queuedAt = performance.now()
  await withSpan(spans.queue, { [attributes.modelQueuePosition]: place.position }, () =>
    place.turn(signal),
  )
  return performance.now() - queuedAt
}

function prefill({ prefilled }: AnswerUnderWay): Promise<Prefilled> {
  return withSpan(spans.prefill, {}, async (span) => {
    const result = await prefilled
    span.setAttributes({
      [conventions.genAiUsageInputTokens]: result.inputTokens,
      [conventions.genAiUsageCacheReadInputTokens]: result.cachedTokens,
    })
    return result
  })
}

interface DecodeObserver {
  readonly onFirst: () => void
  /** Also when the answer fails or its caller leaves: so much has been written. */
  readonly onEnd: (outputTokens: number) => void
}

function decode(
  { firstText, decoded, written }: AnswerUnderWay,
  { onFirst, onEnd }: DecodeObserver,
): Promise<Decoded> {
  return withSpan(spans.decode, {}, async (span) => {
    // The first text comes along with the news that the prompt is read: before this span, or in it.
    void firstText.then(() => {
      span.addEvent(events.firstToken)
      onFirst()
    })
    const end = (outputTokens: number) => {
      span.setAttribute(conventions.genAiUsageOutputTokens, outputTokens)
      onEnd(outputTokens)
    }
    const result = await decoded.catch((err) => {
      end(written())
      throw err
    })
    end(result.outputTokens)
    span.setAttribute(conventions.genAiResponseFinishReasons, [result.finishReason])
    return result
  })
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
