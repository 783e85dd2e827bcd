// The CLIENT span of a forwarded request, as the GenAI conventions have it.
import type { Attributes, Span } from '@opentelemetry/api'
import { conventions } from '@throughline/telemetry'
import type { AnswerFacts } from './answer-facts.ts'
import type { ForwardedRequest } from './exchange.ts'
import type { Operation } from './operations.ts'

/** As soon as the model is known: anybody can ask for any. */
export function nameModel(span: Span, { name }: Operation, model: string | undefined): void {
  if (model === undefined) return
  span.updateName(`${name} ${model}`)
  span.setAttribute(conventions.genAiRequestModel, model)
}

export function requestAttributes(
  { operation, stream }: ForwardedRequest,
  { providerName, url }: { readonly providerName: string; readonly url: URL },
): Attributes {
  return {
    [conventions.genAiOperationName]: operation.name,
    [conventions.genAiProviderName]: providerName,
    [conventions.genAiRequestStream]: stream !== undefined,
    'server.address': url.hostname,
    'server.port': Number(url.port) || (url.protocol === 'https:' ? 443 : 80),
  }
}

/** `model` is the one that was asked for, if it is known. */
export function responseAttributes(
  facts: AnswerFacts,
  asked: ForwardedRequest,
  model: string | undefined,
): Attributes {
  // Many a provider gives back the name that it was asked for.
  const isEcho = model === undefined && facts.model === asked.model
  return {
    [conventions.genAiResponseId]: facts.id,
    [conventions.genAiResponseModel]: isEcho ? undefined : facts.model,
    [conventions.genAiUsageInputTokens]: facts.inputTokens,
    [conventions.genAiUsageOutputTokens]: facts.outputTokens,
    ...(facts.finishReasons.size > 0 && {
      [conventions.genAiResponseFinishReasons]: [...facts.finishReasons.values()],
    }),
  }
}
