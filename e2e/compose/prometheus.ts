// Questions to Prometheus. All of them are bounded in time: a server that hangs is a failed test.
import type { Stack } from './stack.ts'

export interface Sample {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

const timeoutMs = 10_000

export async function query({ prometheusUrl }: Stack, expr: string, at?: Date): Promise<Sample[]> {
  const data = (await ask(prometheusUrl, '/api/v1/query', {
    query: expr,
    ...(at && { time: at.toISOString() }),
  })) as { result: { metric: Record<string, string>; value: [number, string] }[] }
  return data.result.map(({ metric, value: [, value] }) => ({
    labels: metric,
    value: Number(value),
  }))
}

/** The value of each series, by its labels. */
export type Counts = Readonly<Record<string, number>>

export async function countsOf(stack: Stack, exprs: readonly string[]): Promise<Counts[]> {
  return Promise.all(
    exprs.map(async (expr) => {
      const samples = await query(stack, expr)
      return Object.fromEntries(samples.map(({ labels, value }) => [JSON.stringify(labels), value]))
    }),
  )
}

/** By series: one of a process that has ended leaves the sum at some time, and that is no decrease. */
export function increaseOf(before: Counts = {}, after: Counts = {}): number {
  const increases = Object.entries(after).map(([labels, value]) => value - (before[labels] ?? 0))
  return increases.reduce((sum, increase) => sum + increase, 0)
}

export async function exemplarTraceIds(
  { prometheusUrl }: Stack,
  selector: string,
  since: Date,
): Promise<string[]> {
  const data = (await ask(prometheusUrl, '/api/v1/query_exemplars', {
    query: selector,
    start: since.toISOString(),
    end: new Date().toISOString(),
  })) as { exemplars: { labels: Record<string, string> }[] }[]
  return data.flatMap(({ exemplars }) => exemplars.map(({ labels }) => labels.trace_id ?? ''))
}

async function ask(baseUrl: string, path: string, parameters: Record<string, string>) {
  const response = await fetch(new URL(path, baseUrl), {
    method: 'POST',
    body: new URLSearchParams(parameters),
    signal: AbortSignal.timeout(timeoutMs),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`Prometheus answered ${response.status}: ${text.slice(0, 300)}`)
  return (JSON.parse(text) as { data: unknown }).data
}
