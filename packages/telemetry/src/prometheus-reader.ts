// OTEL_METRICS_EXPORTER=prometheus: metrics on http://localhost:9464/metrics, for Prometheus to fetch.
import { diag } from '@opentelemetry/api'
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus'
import { DataPointType, type MetricData } from '@opentelemetry/sdk-metrics'

const defaultPort = 9_464

export function createPrometheusReader(env: NodeJS.ProcessEnv): PrometheusExporter {
  const port = Number(env.OTEL_EXPORTER_PROMETHEUS_PORT) || defaultPort
  const host = env.OTEL_EXPORTER_PROMETHEUS_HOST || 'localhost'
  // Started by hand: a port that is taken shall be told of together with its variable.
  const reader = new PrometheusReader({ host, port, preventServerStart: true })
  reader.startServer().catch((err: Error) => {
    diag.error(
      `Metrics cannot be fetched: ${err.message}. OTEL_EXPORTER_PROMETHEUS_PORT chooses another port than ${port}.`,
    )
  })
  return reader
}

/**
 * With names as Prometheus itself makes them of OTLP, so that one query fits both ways: the exporter adds `_total`, but
 * no unit. The rules are those of the OpenTelemetry specification, "Prometheus and OpenMetrics Compatibility".
 */
class PrometheusReader extends PrometheusExporter {
  override async collect(
    ...options: Parameters<PrometheusExporter['collect']>
  ): ReturnType<PrometheusExporter['collect']> {
    const result = await super.collect(...options)
    // Some are looked up in files, and the SDK complains of who does not wait.
    await result.resourceMetrics.resource.waitForAsyncAttributes?.()
    const scopeMetrics = result.resourceMetrics.scopeMetrics.map(({ scope, metrics }) => ({
      scope,
      metrics: metrics.map(withUnitInName),
    }))
    return { ...result, resourceMetrics: { ...result.resourceMetrics, scopeMetrics } }
  }
}

const unitWords: Record<string, string> = {
  d: 'days',
  h: 'hours',
  min: 'minutes',
  s: 'seconds',
  ms: 'milliseconds',
  us: 'microseconds',
  ns: 'nanoseconds',
  By: 'bytes',
  KiBy: 'kibibytes',
  MiBy: 'mebibytes',
  GiBy: 'gibibytes',
  KBy: 'kilobytes',
  MBy: 'megabytes',
  GBy: 'gigabytes',
  Cel: 'celsius',
  Hz: 'hertz',
  '%': 'percent',
}

function withUnitInName(metric: MetricData): MetricData {
  const { name, unit } = metric.descriptor
  const word = unit === '1' ? ratioOf(metric) : wordOf(unit)
  const named = word === '' || name.split(/[^a-z0-9]/i).includes(word) ? name : `${name}_${word}`
  return { ...metric, descriptor: { ...metric.descriptor, name: named, unit: word } }
}

/** A share of something; what is counted without a unit is no share. */
function ratioOf({ dataPointType }: MetricData): string {
  return dataPointType === DataPointType.GAUGE ? 'ratio' : ''
}

/** `{task}` says what is counted and is no unit; `By/s` is `bytes_per_second`. */
function wordOf(unit: string): string {
  const [counted = '', per] = unit.replace(/\{[^}]*\}/g, '').split('/', 2)
  const word = unitWords[counted] ?? counted
  return per ? `${word}_per_${unitWords[per]?.replace(/s$/, '') ?? per}`.replace(/^_/, '') : word
}
