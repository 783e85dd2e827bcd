import { type Attributes, trace } from '@opentelemetry/api'
import { attributes, conventions } from '@throughline/telemetry'
import type { Answerer } from '../metrics.ts'
import { shortHash } from './file-hash.ts'
import type { ServedModel } from './served-model.ts'

/** On the span of the HTTP request, once the name is known to be that of a model: one that is not may be anything. */
export function describeAnswerer(
  { operation, provider, model }: Answerer,
  request: Attributes = {},
): void {
  trace.getActiveSpan()?.setAttributes({
    [conventions.genAiOperationName]: operation,
    [conventions.genAiProviderName]: provider,
    [conventions.genAiRequestModel]: model,
    ...request,
  })
}

/** Once it is there. */
export function describeModel({ name, hash }: ServedModel): void {
  trace.getActiveSpan()?.setAttributes({
    [conventions.genAiResponseModel]: name,
    [attributes.modelHash]: shortHash(hash),
  })
}
