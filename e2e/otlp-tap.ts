// Where processes send their telemetry: it is held against the registry, and passed on to lens, which keeps no metrics.
import { loadRegistry } from '@throughline/registry'
import { createLiveCheck, type LiveCheck } from '@throughline/registry/check'
import { decodeOtlp, startOtlpServer } from '@throughline/trace-testing/receiver'

export interface OtlpTap {
  /** Has been given everything that any process has sent: traces, metrics and logs. */
  readonly liveCheck: LiveCheck
  /** Make a process send here, its metrics every second. */
  readonly variables: Readonly<Record<string, string>>
  readonly stop: () => Promise<void>
}

export interface OtlpTapOptions {
  /** Lens's receiver. */
  readonly forwardTo?: string
}

export async function startOtlpTap({ forwardTo }: OtlpTapOptions = {}): Promise<OtlpTap> {
  const liveCheck = createLiveCheck(loadRegistry())
  const { url, stop } = await startOtlpServer(async (request) => {
    liveCheck.take(decodeOtlp(request))
    const { path, contentType, body } = request
    if (forwardTo === undefined || path === '/v1/metrics') return
    const headers = { 'content-type': contentType }
    const init = { method: 'POST', headers, body: new Uint8Array(body) }
    const response = await fetch(forwardTo + path, init)
    if (!response.ok) throw new Error(`lens answered ${response.status}`)
  })
  const variables = {
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
    OTEL_METRICS_EXPORTER: 'otlp',
    OTEL_METRIC_EXPORT_INTERVAL: '1000',
    OTEL_METRIC_EXPORT_TIMEOUT: '1000',
  }
  return { liveCheck, variables, stop }
}
