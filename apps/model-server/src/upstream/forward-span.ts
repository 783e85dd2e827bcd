// The CLIENT span of a forwarded request, as the GenAI conventions have it.
import type { Attributes } from '@opentelemetry/api'
import { conventions } from '@throughline/telemetry'
import type { AnswerFacts } from './answer-facts.ts'
import type { ForwardedRequest } from './exchange.ts'

/** Anybody can ask for any model: one is in the name of a span when the provider has answered to it. */
export function spanName({ operation, model }: ForwardedRequest, isKnown: boolean): string {
  return isKnown ? `${operation.name} ${model}` : operation.name
}

export function requestAttributes(
  { operation, model, stream }: ForwardedRequest,
  { providerName, url }: { readonly providerName: string; readonly url: URL },
): Attributes {
  return {
    [conventions.genAiOperationName]: operation.name,
    [conventions.genAiProviderName]: providerName,
    [conventions.genAiRequestModel]: model,
    [conventions.genAiRequestStream]: stream !== undefined,
    'server.address': url.hostname,
    'server.port': Number(url.port) || (url.protocol === 'https:' ? 443 : 80),
  }
}

export function responseAttributes(facts: AnswerFacts): Attributes {
  return {
    [conventions.genAiResponseId]: facts.id,
    [conventions.genAiResponseModel]: facts.model,
    [conventions.genAiUsageInputTokens]: facts.inputTokens,
    [conventions.genAiUsageOutputTokens]: facts.outputTokens,
    ...(facts.finishReasons.size > 0 && {
      [conventions.genAiResponseFinishReasons]: [...facts.finishReasons.values()],
    }),
  }
}
