// Puts the SDK together as its own `startNodeSdk` does from the standard variables, out of the parts that are used.
// That one loads every exporter there is, gRPC and a parser for YAML with it: a third of a service's start.
import {
  context,
  logs,
  metrics,
  propagation,
  type TextMapPropagator,
  trace,
} from '@opentelemetry/api'
import { CompositePropagator, getBooleanFromEnv } from '@opentelemetry/core'
import { type Instrumentation, registerInstrumentations } from '@opentelemetry/instrumentation'
import type { Resource } from '@opentelemetry/resources'
import { LoggerProvider, type LogRecordProcessor } from '@opentelemetry/sdk-logs'
import { type IMetricReader, MeterProvider } from '@opentelemetry/sdk-metrics'
import { type SpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { FlatContextManager } from '../context/flat-context-manager.ts'
import { createCountedHistograms } from '../histograms/counted-histograms.ts'
import { createTracerProvider } from '../spans/tracer-provider.ts'
import { detectResource } from './detect-resource.ts'
import { readLogRecordLimits, readSpanLimits } from './limits.ts'
import { createSampler } from './sampler.ts'

export interface SdkParts {
  readonly instrumentations: Instrumentation[]
  readonly spanProcessors: SpanProcessor[]
  readonly logRecordProcessors: LogRecordProcessor[]
  readonly metricReaders: IMetricReader[]
  readonly propagators: TextMapPropagator[]
  readonly baseResource: Resource
}

export function startFromVariables(parts: SdkParts): { shutdown(): Promise<void> } {
  const resource = detectResource(parts.baseResource)
  const started = [
    startMetrics(parts, resource),
    startTraces(parts, resource),
    startLogs(parts, resource),
  ]
  context.setGlobalContextManager(new FlatContextManager().enable())
  propagation.setGlobalPropagator(new CompositePropagator({ propagators: parts.propagators }))
  // Last: what they measure goes to the provider that is there by now.
  registerInstrumentations({ instrumentations: parts.instrumentations })
  return {
    async shutdown() {
      await Promise.all(started.map((provider) => provider?.shutdown()))
    },
  }
}

const measuresItself = () => getBooleanFromEnv('OTEL_NODE_EXPERIMENTAL_SDK_METRICS') === true

/** Of whom the SDK takes its own measurements, when somebody wants them. */
const ownMeter = () => (measuresItself() ? { meterProvider: metrics.getMeterProvider() } : {})

// A signal without a destination has no provider, so that nothing is made of it.

function startMetrics({ metricReaders: readers }: SdkParts, resource: Resource) {
  if (readers.length === 0) return undefined
  const histograms = createCountedHistograms(readers)
  const provider = new MeterProvider({ resource, readers, sdkMetricsEnabled: measuresItself() })
  metrics.setGlobalMeterProvider(histograms?.addTo(provider) ?? provider)
  return provider
}

function startTraces({ spanProcessors }: SdkParts, resource: Resource) {
  if (spanProcessors.length === 0) return undefined
  const settings = {
    ...{ resource, spanProcessors },
    ...{ sampler: createSampler(), spanLimits: readSpanLimits() },
  }
  // Only the SDK's own spans count themselves.
  const provider = measuresItself()
    ? new TracerProvider({ ...settings, ...ownMeter() })
    : createTracerProvider(settings)
  trace.setGlobalTracerProvider(provider)
  return provider
}

function startLogs({ logRecordProcessors: processors }: SdkParts, resource: Resource) {
  if (processors.length === 0) return undefined
  const logRecordLimits = readLogRecordLimits()
  const provider = new LoggerProvider({ resource, processors, logRecordLimits, ...ownMeter() })
  logs.setGlobalLoggerProvider(provider)
  return provider
}
