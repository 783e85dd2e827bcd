// The log records of a trace, out of Loki, as records of that trace.
import type { TraceLog } from '@throughline/trace-testing'
import type { Stack } from './stack.ts'

interface Answer {
  readonly data: {
    readonly result: readonly {
      /** Labels and structured metadata together. */
      readonly stream: Readonly<Record<string, string>>
      readonly values: readonly (readonly [string, string])[]
    }[]
  }
}

const timeoutMs = 10_000

export async function logsOf(stack: Stack, traceId: string): Promise<TraceLog[]> {
  const result = await ask(stack, `{service_namespace="throughline"} | trace_id = "${traceId}"`)
  return result.flatMap(({ stream, values }) =>
    values.map(([timeNanos, body]) => ({
      spanId: stream.span_id,
      service: stream.service_name ?? '',
      timeNanos: BigInt(timeNanos),
      severity: stream.severity_text ?? stream.detected_level ?? '',
      body,
      attributes: stream,
    })),
  )
}

/** The traces that a service has logged anything of, lately. */
export async function loggedTraces(
  stack: Stack,
  service: string,
): Promise<Set<string | undefined>> {
  const result = await ask(stack, `{service_name="${service}"} | trace_id != ""`)
  return new Set(result.map(({ stream }) => stream.trace_id))
}

async function ask({ lokiUrl }: Stack, query: string): Promise<Answer['data']['result']> {
  const url = new URL('/loki/api/v1/query_range', lokiUrl)
  url.search = new URLSearchParams({ query, since: '10m', limit: '5000' }).toString()
  const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) })
  const text = await response.text()
  if (!response.ok) throw new Error(`Loki answered ${response.status}: ${text.slice(0, 300)}`)
  return (JSON.parse(text) as Answer).data.result
}
