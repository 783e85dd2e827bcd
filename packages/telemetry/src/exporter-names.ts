// The variables that choose how signals leave the process, read as the specification of the SDK's variables says.

/** `otlp,console`: several at once. `none` among them means none. */
export function exporterNames(value: string | undefined): string[] {
  const names = new Set(value?.split(',').map((name) => name.trim()))
  names.delete('')
  if (names.has('none')) return []
  return names.size === 0 ? ['otlp'] : [...names]
}

export function otlpProtocol(
  signal: 'TRACES' | 'METRICS' | 'LOGS',
  env: NodeJS.ProcessEnv,
): string {
  const own = env[`OTEL_EXPORTER_OTLP_${signal}_PROTOCOL`]
  return (own || env.OTEL_EXPORTER_OTLP_PROTOCOL || 'http/protobuf').trim().toLowerCase()
}
