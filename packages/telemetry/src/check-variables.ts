// What the SDK would not understand is taken out before it looks, and named together with what is allowed. Its own
// remarks tell one or the other, and an endpoint without `http://` loses everything without a remark.
import { otlpProtocol } from './exporter-names.ts'

interface Rule {
  /** Completes the sentence "Allowed: …". */
  readonly allowed: string
  /** A URL may have a password in it, and a header is one. */
  readonly isPrivate?: boolean
  /** What of the value can be used: all of it, a part, or nothing. */
  usable(value: string): string
}

/** One sentence for each variable that was wrong. What `env` holds afterwards can be used. */
export function checkVariables(env: NodeJS.ProcessEnv): string[] {
  const problems: string[] = []
  for (const [name, rule] of Object.entries(rules)) {
    const { allowed, isPrivate, usable } = typeof rule === 'function' ? rule(env) : rule
    const value = env[name]?.trim()
    if (!value) continue
    const left = usable(value)
    if (left) env[name] = left
    else delete env[name]
    if (left.length === value.length) continue
    const rest = isPrivate ? 'the rest' : left
    const instead = left ? rest : 'its default'
    const setting = isPrivate ? name : `${name}=${value}`
    problems.push(`${setting} cannot be used; allowed: ${allowed}. Going on with ${instead}.`)
  }
  return problems
}

function oneOf(...values: string[]): Rule {
  return {
    allowed: values.join(', '),
    usable: (value) => values.find((known) => known === value.toLowerCase()) ?? '',
  }
}

function listOf(...values: string[]): Rule {
  return {
    allowed: `${values.join(', ')}, or several with commas between them`,
    usable(value) {
      const items = value.toLowerCase().split(',')
      return items.filter((item) => values.includes(item.trim())).join(',')
    },
  }
}

function numberFrom(least: number, most: number): Rule {
  return {
    allowed: `a number from ${least} to ${most}`,
    usable: (value) => (Number(value) >= least && Number(value) <= most ? value : ''),
  }
}

const httpEndpoint: Rule = {
  allowed: 'a URL such as http://localhost:4318',
  isPrivate: true,
  usable: (value) => (/^https?:$/.test(URL.parse(value)?.protocol ?? '') ? value : ''),
}
/** The SDK's reader takes what has no scheme for a host that speaks TLS. */
const grpcEndpoint: Rule = {
  allowed: 'a URL such as http://localhost:4317, or host:4317 for one with a certificate',
  isPrivate: true,
  usable: (value) => (/^(https?|unix):$/.test(urlOf(value)?.protocol ?? '') ? value : ''),
}

function urlOf(value: string): URL | null {
  return URL.parse(/^\w{1,8}:\/\//.test(value) ? value : `https://${value}`)
}

type Signal = Parameters<typeof otlpProtocol>[0]

/** Of a variable that these signals read, by protocols that have been checked before. */
function endpointOf(...signals: Signal[]): (env: NodeJS.ProcessEnv) => Rule {
  return (env) =>
    signals.every((signal) => otlpProtocol(signal, env) === 'grpc') ? grpcEndpoint : httpEndpoint
}

/** gRPC refuses any other, and quotes it. */
const headers: Rule = {
  allowed: 'name=value, or several with commas between them, in ASCII and percent-encoded',
  isPrivate: true,
  usable: (value) => value.split(',').filter(isHeader).join(','),
}

function isHeader(item: string): boolean {
  // A comma too many does no harm.
  if (item.trim() === '') return true
  const [, name = '', value = ''] = /^([^=]*)=(.*)$/s.exec(item) ?? []
  return /^[\w.-]+(?<!-bin)$/i.test(decode(name)) && /^[ -~]+$/.test(decode(value))
}

/** As the SDK's reader does; nothing of what it cannot decode. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text.trim())
  } catch {
    return ''
  }
}

/** Of items or of milliseconds. Timers take no more, and would fire at once. */
const count = numberFrom(1, 2 ** 31 - 1)
const protocols = ['http/protobuf', 'http/json']
/** Optional dependencies, which an app may have left out, or have one of as its own. */
const grpcPackages = [
  '@grpc/grpc-js',
  '@opentelemetry/otlp-grpc-exporter-base',
  '@opentelemetry/exporter-metrics-otlp-grpc',
]
const protocol: Rule = {
  allowed: `${protocols.join(', ')}, and grpc where these are installed: ${grpcPackages.join(', ')}`,
  usable: oneOf(...protocols, ...(grpcPackages.every(isInstalled) ? ['grpc'] : [])).usable,
}

function isInstalled(name: string): boolean {
  try {
    return import.meta.resolve(name) !== ''
  } catch {
    return false
  }
}

const rules: Record<string, Rule | ((env: NodeJS.ProcessEnv) => Rule)> = {
  OTEL_TRACES_EXPORTER: listOf('otlp', 'console', 'none'),
  OTEL_METRICS_EXPORTER: listOf('otlp', 'console', 'prometheus', 'none'),
  OTEL_LOGS_EXPORTER: listOf('otlp', 'console', 'none'),
  OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: protocol,
  OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: protocol,
  OTEL_EXPORTER_OTLP_LOGS_PROTOCOL: protocol,
  OTEL_EXPORTER_OTLP_ENDPOINT: endpointOf('TRACES', 'METRICS', 'LOGS'),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpointOf('TRACES'),
  OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: endpointOf('METRICS'),
  OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: endpointOf('LOGS'),
  OTEL_EXPORTER_OTLP_HEADERS: headers,
  OTEL_EXPORTER_OTLP_TRACES_HEADERS: headers,
  OTEL_EXPORTER_OTLP_METRICS_HEADERS: headers,
  OTEL_EXPORTER_OTLP_LOGS_HEADERS: headers,
  OTEL_EXPORTER_OTLP_COMPRESSION: oneOf('gzip', 'none'),
  OTEL_EXPORTER_OTLP_TIMEOUT: count,
  OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: count,
  OTEL_EXPORTER_OTLP_METRICS_TIMEOUT: count,
  OTEL_EXPORTER_OTLP_LOGS_TIMEOUT: count,
  OTEL_BSP_MAX_QUEUE_SIZE: count,
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: count,
  OTEL_BSP_SCHEDULE_DELAY: count,
  OTEL_BSP_EXPORT_TIMEOUT: count,
  OTEL_BLRP_MAX_QUEUE_SIZE: count,
  OTEL_BLRP_MAX_EXPORT_BATCH_SIZE: count,
  OTEL_BLRP_SCHEDULE_DELAY: count,
  OTEL_BLRP_EXPORT_TIMEOUT: count,
  OTEL_METRIC_EXPORT_INTERVAL: count,
  OTEL_METRIC_EXPORT_TIMEOUT: count,
  OTEL_EXPORTER_PROMETHEUS_PORT: numberFrom(1, 65_535),
  OTEL_TRACES_SAMPLER: oneOf(
    'parentbased_always_on',
    'parentbased_always_off',
    'parentbased_traceidratio',
    'always_on',
    'always_off',
    'traceidratio',
  ),
  OTEL_TRACES_SAMPLER_ARG: numberFrom(0, 1),
  OTEL_NODE_RESOURCE_DETECTORS: listOf('service', 'host', 'process', 'all', 'none'),
  OTEL_PROPAGATORS: listOf('tracecontext', 'baggage', 'b3', 'b3multi', 'none'),
  OTEL_LOG_LEVEL: oneOf('all', 'verbose', 'debug', 'info', 'warn', 'error', 'none'),
}
