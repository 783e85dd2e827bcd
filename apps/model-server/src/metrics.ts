// Every instrument of the model server. The only label from outside is the model, and that one has been checked.
import type { Attributes } from '@opentelemetry/api'
import {
  conventions,
  counter,
  metrics as definitions,
  histogram,
  labels,
  type MetricDefinition,
  observableGauge,
} from '@throughline/telemetry'
import { type RestartReason, restartReasons } from './engine/engine.ts'
import { shortHash } from './models/file-hash.ts'
import type { Models } from './models/models.ts'
import type { ServedModel } from './models/served-model.ts'
import { type CircuitState, circuitStates } from './upstream/circuit-breaker.ts'

export interface Metrics {
  readonly requestFinished: (facts: RequestFacts) => void
  readonly firstToken: (answerer: Answerer, seconds: number) => void
  readonly inputTokens: (model: string, count: number) => void
  readonly outputTokens: (model: string, count: number) => void
  readonly pace: (answerer: Answerer, secondsPerToken: number) => void
  /** Counters begin at zero: the first event would not be a rise otherwise. */
  readonly modelLoaded: (model: string) => void
  readonly engineRestarted: (model: string, reason: RestartReason) => void
  /** Of the provider that is asked for models elsewhere: looked at, for its state changes with time alone. */
  readonly observeCircuit: (look: () => CircuitState) => void
  readonly providerAskedAgain: (because: string) => void
  /** From here on each export looks at what is loaded. What is not, or is gone, says nothing. */
  readonly observe: (models: Pick<Models, 'loaded'>) => void
}

/** Who answers what: one of our models, or a provider. */
export interface Answerer {
  readonly operation: 'chat' | 'text_completion' | 'embeddings'
  readonly provider: string
  readonly model: string
}

export interface RequestFacts extends Answerer {
  readonly seconds: number
  readonly errorType?: string
}

export function createMetrics(): Metrics {
  const requestDuration = histogram(definitions.genAiServerRequestDuration)
  const timeToFirstToken = histogram(definitions.genAiServerTimeToFirstToken)
  const timePerOutputToken = histogram(definitions.genAiServerTimePerOutputToken)
  const tokens = counter(definitions.modelTokens)
  const engineRestarts = counter(definitions.modelEngineRestarts)
  const repeats = counter(definitions.modelUpstreamRepeats)

  const countTokens = (model: string, type: 'input' | 'output', count: number) =>
    tokens.add(count, { [labels.model]: model, [labels.tokenType]: type })
  const countRestarts = (model: string, reason: RestartReason, count: number) =>
    engineRestarts.add(count, { [labels.model]: model, [labels.reason]: reason })

  return {
    requestFinished: ({ seconds, errorType, ...answerer }) =>
      requestDuration.record(seconds, {
        ...attributesOf(answerer),
        ...(errorType !== undefined && { 'error.type': errorType }),
      }),
    firstToken: (answerer, seconds) => timeToFirstToken.record(seconds, attributesOf(answerer)),
    inputTokens: (model, count) => countTokens(model, 'input', count),
    outputTokens: (model, count) => countTokens(model, 'output', count),
    pace: (answerer, seconds) => timePerOutputToken.record(seconds, attributesOf(answerer)),
    modelLoaded: (model) => {
      for (const type of ['input', 'output'] as const) countTokens(model, type, 0)
      for (const reason of restartReasons) countRestarts(model, reason, 0)
    },
    engineRestarted: (model, reason) => countRestarts(model, reason, 1),
    observeCircuit: (look) =>
      observableGauge(definitions.modelUpstreamCircuit, (result) =>
        result.observe(circuitStates.indexOf(look())),
      ),
    providerAskedAgain: (because) => repeats.add(1, { 'error.type': because }),
    observe: observeModels,
  }
}

// Looked at, not told: a number that is told stays at its last value when the one who told it is gone.
function observeModels({ loaded }: Pick<Models, 'loaded'>): void {
  observableGauge(definitions.modelInfo, (result) => {
    for (const { name, hash } of loaded()) {
      result.observe(1, { [labels.model]: name, [labels.hash]: shortHash(hash) })
    }
  })
  const observeEach = (
    definition: MetricDefinition,
    look: (model: ServedModel) => number | undefined,
  ) =>
    observableGauge(definition, (result) => {
      for (const model of loaded()) {
        const value = look(model)
        if (value !== undefined) result.observe(value, { [labels.model]: model.name })
      }
    })
  observeEach(definitions.modelQueueDepth, ({ slots }) => slots.waiting())
  observeEach(definitions.modelBatchSize, ({ slots }) => slots.busy())
  observeEach(definitions.modelKvCacheUsed, ({ engine }) => engine.stats()?.kvCellsUsed)
  observeEach(definitions.modelKvCacheCapacity, ({ engine }) => engine.stats()?.kvCells)
  observeEach(definitions.modelEngineMemory, ({ engine }) => engine.stats()?.rssBytes)
}

function attributesOf({ operation, provider, model }: Answerer): Attributes {
  return {
    [conventions.genAiOperationName]: operation,
    [conventions.genAiProviderName]: provider,
    [conventions.genAiRequestModel]: model,
  }
}
