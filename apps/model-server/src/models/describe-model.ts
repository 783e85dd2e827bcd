import { type Attributes, trace } from '@opentelemetry/api'
import { attributes, conventions } from '@throughline/telemetry'
import type { Answerer } from '../metrics.ts'
import { shortHash } from './file-hash.ts'
import type { ServedModel } from './served-model.ts'

export function answererOf({ name }: ServedModel, operation: Answerer['operation']): Answerer {
  return { operation, provider: 'throughline', model: name }
}

/** On the span of the HTTP request, once the model is known to be there: a name that is not may be anything. */
export function describeModel(
  { name, hash }: ServedModel,
  { operation, provider }: Answerer,
  request: Attributes = {},
): void {
  trace.getActiveSpan()?.setAttributes({
    [conventions.genAiOperationName]: operation,
    [conventions.genAiProviderName]: provider,
    [conventions.genAiRequestModel]: name,
    [conventions.genAiResponseModel]: name,
    [attributes.modelHash]: shortHash(hash),
    ...request,
  })
}
