// Every instrument of the model server. The only label from outside is the model, and that one has been checked.
import type { Attributes } from '@opentelemetry/api'
import {
  conventions,
  counter,
  metrics as definitions,
  gauge,
  histogram,
} from '@throughline/telemetry'

export interface Metrics {
  readonly requestFinished: (facts: RequestFacts) => void
  readonly firstToken: (model: string, seconds: number) => void
  readonly outputTokens: (model: string, secondsPerToken: number) => void
  readonly slotsChanged: (state: { readonly waiting: number; readonly busy: number }) => void
  readonly engineRestarted: () => void
}

export interface RequestFacts {
  readonly model: string
  readonly seconds: number
  readonly errorType?: string
}

export function createMetrics(): Metrics {
  const requestDuration = histogram(definitions.genAiServerRequestDuration)
  const timeToFirstToken = histogram(definitions.genAiServerTimeToFirstToken)
  const timePerOutputToken = histogram(definitions.genAiServerTimePerOutputToken)
  const queueDepth = gauge(definitions.modelQueueDepth)
  const batchSize = gauge(definitions.modelBatchSize)
  const engineRestarts = counter(definitions.modelEngineRestarts)

  return {
    requestFinished: ({ model, seconds, errorType }) =>
      requestDuration.record(seconds, {
        ...attributesOf(model),
        ...(errorType !== undefined && { 'error.type': errorType }),
      }),
    firstToken: (model, seconds) => timeToFirstToken.record(seconds, attributesOf(model)),
    outputTokens: (model, seconds) => timePerOutputToken.record(seconds, attributesOf(model)),
    slotsChanged: ({ waiting, busy }) => {
      queueDepth.record(waiting)
      batchSize.record(busy)
    },
    engineRestarted: () => engineRestarts.add(1),
  }
}

function attributesOf(model: string): Attributes {
  return {
    [conventions.genAiOperationName]: 'chat',
    [conventions.genAiProviderName]: 'throughline',
    [conventions.genAiRequestModel]: model,
  }
}
