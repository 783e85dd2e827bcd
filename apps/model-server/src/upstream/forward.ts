// One request to a provider, from the first attempt to the last byte of the answer: a span, its metrics, one log line.
import { SpanKind } from '@opentelemetry/api'
import { events, withSpan } from '@throughline/telemetry'
import type { FastifyReply } from 'fastify'
import { errorTypeOf } from '../errors.ts'
import type { Answerer, Metrics } from '../metrics.ts'
import type { AnswerFacts } from './answer-facts.ts'
import type { BoundedNames } from './bounded-names.ts'
import type { Attempt } from './circuit-breaker.ts'
import { type ExchangeLimits, exchange, type ForwardedRequest } from './exchange.ts'
import { nameModel, requestAttributes, responseAttributes } from './forward-span.ts'
import type { Provider } from './provider.ts'
import { ProviderRefusal } from './provider-refusal.ts'
import { tellCaller } from './tell-caller.ts'

export type Guard = <Result>(
  attempt: Attempt<Result>,
  request: Pick<ForwardedRequest, 'signal' | 'deadline'>,
) => Promise<Result>

export interface ForwardOptions {
  readonly provider: Provider
  /** For `gen_ai.provider.name`. */
  readonly providerName: string
  readonly url: URL
  readonly limits: ExchangeLimits
  /** Refuses an attempt, or repeats it. */
  readonly guard: Guard
  readonly names: BoundedNames
  readonly metrics: Metrics
}

export async function forward(
  request: ForwardedRequest,
  options: ForwardOptions,
): Promise<FastifyReply> {
  const { operation, model, stream, reply } = request
  const { names, metrics, providerName } = options
  const startedAt = performance.now()
  const answerer = (): Answerer => ({
    operation: operation.name,
    provider: providerName,
    model: names.nameOf(model) ?? 'other',
  })
  let errorType: string | undefined
  try {
    const { facts, firstTokenAt } = await ask(request, options, (at) =>
      metrics.firstToken(answerer(), (at - startedAt) / 1_000),
    )
    const endedAt = performance.now()
    const { outputTokens = 0 } = facts
    if (firstTokenAt !== undefined && outputTokens > 1) {
      metrics.pace(answerer(), (endedAt - firstTokenAt) / 1_000 / (outputTokens - 1))
    }
    logForwarded(request, answerer(), facts, endedAt - startedAt)
  } catch (err) {
    errorType = err instanceof ProviderRefusal ? err.code : errorTypeOf(err)
    tellCaller(err, request)
  } finally {
    stream?.end()
    metrics.requestFinished({
      ...answerer(),
      seconds: (performance.now() - startedAt) / 1_000,
      ...(errorType !== undefined && { errorType }),
    })
  }
  return reply
}

interface Answer {
  readonly facts: AnswerFacts
  /** Of an answer that was streamed. */
  readonly firstTokenAt: number | undefined
}

function ask(
  request: ForwardedRequest,
  options: ForwardOptions,
  onFirstToken: (at: number) => void,
): Promise<Answer> {
  const { operation } = request
  const { provider, guard, limits, names } = options
  return withSpan(
    operation.name,
    requestAttributes(request, options),
    async (span) => {
      nameModel(span, operation, names.nameOf(request.model))
      let firstTokenAt: number | undefined
      const attempt: Attempt<AnswerFacts> = (isWell) =>
        exchange(request, provider, limits, () => {
          isWell()
          firstTokenAt = performance.now()
          span.addEvent(events.firstToken)
          onFirstToken(firstTokenAt)
        })
      const facts = await guard(attempt, request)
      // The provider may have said meanwhile which models it has.
      const model = names.nameOf(request.model)
      nameModel(span, operation, model)
      span.setAttributes(responseAttributes(facts, request, model))
      return { facts, firstTokenAt }
    },
    { kind: SpanKind.CLIENT },
  )
}

/** Never the prompt, never the answer. */
function logForwarded(
  { reply }: ForwardedRequest,
  { model }: Answerer,
  { inputTokens, outputTokens, finishReasons }: AnswerFacts,
  durationMs: number,
): void {
  const [finishReason] = finishReasons.values()
  const facts = { model, finishReason, inputTokens, outputTokens }
  const answerMs = Math.round(durationMs * 10) / 10
  reply.log.info({ ...facts, answerMs }, 'completion forwarded')
}
