// What telemetry says of a completion: the form that was asked for, and by which id it is found again. Never a word of it.
import { type Attributes, trace } from '@opentelemetry/api'
import { conventions } from '@throughline/telemetry'
import type { CompletionRequest } from './request.ts'

export function describeRequest(request: CompletionRequest): Attributes {
  const { stream, temperature, maxTokens, grammar } = request
  return {
    [conventions.genAiRequestStream]: stream,
    [conventions.genAiRequestTemperature]: temperature,
    [conventions.genAiRequestMaxTokens]: maxTokens,
    [conventions.genAiOutputType]: grammar === undefined ? 'text' : 'json',
  }
}

/** Whoever asked has it in the answer. */
export function describeAnswer(id: string): void {
  trace.getActiveSpan()?.setAttribute(conventions.genAiResponseId, id)
}
