// Every instrument of the model server. The only label from outside is the model, and that one has been checked.
import type { Attributes } from '@opentelemetry/api'
import {
  conventions,
  counter,
  metrics as definitions,
  histogram,
  labels,
  observableGauge,
} from '@throughline/telemetry'
import type { Death } from './engine/engine-process.ts'
import type { Models } from './models/models.ts'
import { hashPrefix } from './models/served-model.ts'

export interface Metrics {
  readonly requestFinished: (facts: RequestFacts) => void
  readonly firstToken: (model: string, seconds: number) => void
  readonly inputTokens: (model: string, count: number) => void
  readonly outputTokens: (model: string, count: number) => void
  readonly pace: (model: string, secondsPerToken: number) => void
  readonly engineRestarted: (model: string, reason: Death['kind']) => void
  /** From here on each export looks at what is loaded. What is not, or is gone, says nothing. */
  readonly observe: (models: Pick<Models, 'loaded'>) => void
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
  const tokens = counter(definitions.modelTokens)
  const engineRestarts = counter(definitions.modelEngineRestarts)

  return {
    requestFinished: ({ model, seconds, errorType }) =>
      requestDuration.record(seconds, {
        ...attributesOf(model),
        ...(errorType !== undefined && { 'error.type': errorType }),
      }),
    firstToken: (model, seconds) => timeToFirstToken.record(seconds, attributesOf(model)),
    inputTokens: (model, count) =>
      tokens.add(count, { [labels.model]: model, [labels.tokenType]: 'input' }),
    outputTokens: (model, count) =>
      tokens.add(count, { [labels.model]: model, [labels.tokenType]: 'output' }),
    pace: (model, seconds) => timePerOutputToken.record(seconds, attributesOf(model)),
    engineRestarted: (model, reason) =>
      engineRestarts.add(1, { [labels.model]: model, [labels.reason]: reason }),
    observe: observeModels,
  }
}

// Looked at, not told: a number that is told stays at its last value when the one who told it is gone.
function observeModels({ loaded }: Pick<Models, 'loaded'>): void {
  observableGauge(definitions.modelInfo, (result) => {
    for (const { name, hash } of loaded()) {
      result.observe(1, { [labels.model]: name, [labels.hash]: hashPrefix(hash) })
    }
  })
  observableGauge(definitions.modelQueueDepth, (result) => {
    for (const { name, slots } of loaded()) result.observe(slots.waiting(), labelled(name))
  })
  observableGauge(definitions.modelBatchSize, (result) => {
    for (const { name, slots } of loaded()) result.observe(slots.busy(), labelled(name))
  })
}

const labelled = (model: string): Attributes => ({ [labels.model]: model })

function attributesOf(model: string): Attributes {
  return {
    [conventions.genAiOperationName]: 'chat',
    [conventions.genAiProviderName]: 'throughline',
    [conventions.genAiRequestModel]: model,
  }
}
