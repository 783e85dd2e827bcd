// What telemetry says of a completion: who answers it, and in which form. Never a word of it.
import { type Attributes, trace } from '@opentelemetry/api'
import { attributes, conventions } from '@throughline/telemetry'
import type { Answerer } from '../metrics.ts'
import { shortHash } from '../models/file-hash.ts'
import type { ServedModel } from '../models/served-model.ts'
import type { CompletionRequest } from './request.ts'

export function answererOf({ operation }: CompletionRequest, { name }: ServedModel): Answerer {
  return { operation, provider: 'throughline', model: name }
}

/** On the span of the HTTP request, once the model is known to be there: a name that is not may be anything. */
export function describeOnServerSpan(
  request: CompletionRequest,
  model: ServedModel,
  { operation, provider }: Answerer,
): void {
  const { stream, temperature, maxTokens, grammar } = request
  const described: Attributes = {
    [conventions.genAiOperationName]: operation,
    [conventions.genAiProviderName]: provider,
    [conventions.genAiRequestModel]: model.name,
    [conventions.genAiRequestStream]: stream,
    [conventions.genAiRequestTemperature]: temperature,
    [conventions.genAiRequestMaxTokens]: maxTokens,
    [conventions.genAiOutputType]: grammar === undefined ? 'text' : 'json',
    [conventions.genAiResponseModel]: model.name,
    [attributes.modelHash]: shortHash(model.hash),
  }
  trace.getActiveSpan()?.setAttributes(described)
}

/** By which who asked finds it again. */
export function describeAnswer(id: string): void {
  trace.getActiveSpan()?.setAttribute(conventions.genAiResponseId, id)
}
