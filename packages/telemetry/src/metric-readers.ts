// Where metrics go, as OTEL_METRICS_EXPORTER says. Only what it names is loaded.
import { getNumberFromEnv } from '@opentelemetry/core'
import {
  ConsoleMetricExporter,
  type IMetricReader,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
} from '@opentelemetry/sdk-metrics'
import { exporterNames, otlpProtocol } from './exporter-names.ts'
import { forgetUnseen } from './forget-unseen.ts'
import { LateMetricExporter } from './late-metric-exporter.ts'

const defaultIntervalMs = 60_000
const defaultTimeoutMs = 30_000

export function createMetricReaders(env: NodeJS.ProcessEnv): Promise<IMetricReader[]> {
  return Promise.all(
    exporterNames(env.OTEL_METRICS_EXPORTER).map(async (name) =>
      forgetUnseen(await createReader(name, env)),
    ),
  )
}

async function createReader(name: string, env: NodeJS.ProcessEnv): Promise<IMetricReader> {
  if (name === 'prometheus') {
    const { createPrometheusReader } = await import('./prometheus-reader.ts')
    return createPrometheusReader(env)
  }
  return pushing(name === 'console' ? new ConsoleMetricExporter() : await createOtlpExporter(env))
}

function pushing(exporter: PushMetricExporter): IMetricReader {
  const exportIntervalMillis = getNumberFromEnv('OTEL_METRIC_EXPORT_INTERVAL') ?? defaultIntervalMs
  const timeoutMs = getNumberFromEnv('OTEL_METRIC_EXPORT_TIMEOUT') ?? defaultTimeoutMs
  // The reader refuses to wait for longer than until its next turn.
  const exportTimeoutMillis = Math.min(timeoutMs, exportIntervalMillis)
  return new PeriodicExportingMetricReader({ exporter, exportIntervalMillis, exportTimeoutMillis })
}

async function createOtlpExporter(env: NodeJS.ProcessEnv): Promise<PushMetricExporter> {
  const load = async () => {
    const { OTLPMetricExporter } = await importOtlp(otlpProtocol('METRICS', env))
    return new OTLPMetricExporter()
  }
  // How to add up is asked for with the first instrument, and only the exporter reads this variable.
  const { OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: preference } = env
  return preference ? load() : new LateMetricExporter(load)
}

function importOtlp(protocol: string) {
  if (protocol === 'grpc') return import('@opentelemetry/exporter-metrics-otlp-grpc')
  if (protocol === 'http/json') return import('@opentelemetry/exporter-metrics-otlp-http')
  return import('@opentelemetry/exporter-metrics-otlp-proto')
}
