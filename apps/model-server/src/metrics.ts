// Every instrument of the model server. The only label from outside is the model, and that one has been checked.
import type { Attributes } from '@opentelemetry/api'
import {
  counter,
  gauge,
  genAi,
  genAiMetrics,
  histogram,
  metrics as names,
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

/** The conventions' bounds start at 10 ms a token; the model that comes with this server needs less than 1 ms. */
const tokenSecondsBuckets = [
  0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5,
  0.75, 1, 2.5,
]
const firstTokenSecondsBuckets = [
  0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
]
const requestSecondsBuckets = [
  0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
]

export function createMetrics(): Metrics {
  const requestDuration = histogram(genAiMetrics.serverRequestDuration, {
    description: 'From a completion request to its last token',
    unit: 's',
    buckets: requestSecondsBuckets,
  })
  const timeToFirstToken = histogram(genAiMetrics.serverTimeToFirstToken, {
    description: 'From a completion request to its first token',
    unit: 's',
    buckets: firstTokenSecondsBuckets,
  })
  const timePerOutputToken = histogram(genAiMetrics.serverTimePerOutputToken, {
    description: 'Between two tokens of an answer, after the first',
    unit: 's',
    buckets: tokenSecondsBuckets,
  })
  const queueDepth = gauge(names.modelQueueDepth, {
    description: 'Requests waiting for a slot',
    unit: '{request}',
  })
  const batchSize = gauge(names.modelBatchSize, {
    description: 'Answers generated side by side',
    unit: '{request}',
  })
  const engineRestarts = counter(names.modelEngineRestarts, {
    description: 'Times the engine died and was started again',
    unit: '{restart}',
  })

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
    [genAi.operationName]: 'chat',
    [genAi.providerName]: 'throughline',
    [genAi.requestModel]: model,
  }
}
