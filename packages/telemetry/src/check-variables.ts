// What the SDK would not understand is taken out before it looks, and named together with what is allowed. Its own
// remarks tell one or the other, and an endpoint without `http://` loses everything without a remark.

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
  for (const [name, { allowed, isPrivate, usable }] of Object.entries(rules)) {
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

const endpoint: Rule = {
  allowed: 'a URL such as http://localhost:4318',
  isPrivate: true,
  usable: (value) => (/^https?:$/.test(URL.parse(value)?.protocol ?? '') ? value : ''),
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
const protocol: Rule = {
  allowed: 'http/protobuf, http/json, and grpc where @grpc/grpc-js is installed',
  usable: isInstalled('@grpc/grpc-js')
    ? oneOf('http/protobuf', 'http/json', 'grpc').usable
    : oneOf('http/protobuf', 'http/json').usable,
}

/** An optional dependency may have been left out. */
function isInstalled(name: string): boolean {
  try {
    return import.meta.resolve(name) !== ''
  } catch {
    return false
  }
}

const rules: Record<string, Rule> = {
  OTEL_TRACES_EXPORTER: listOf('otlp', 'console', 'none'),
  OTEL_METRICS_EXPORTER: listOf('otlp', 'console', 'prometheus', 'none'),
  OTEL_LOGS_EXPORTER: listOf('otlp', 'console', 'none'),
  OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: protocol,
  OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: protocol,
  OTEL_EXPORTER_OTLP_LOGS_PROTOCOL: protocol,
  OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpoint,
  OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: endpoint,
  OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: endpoint,
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
