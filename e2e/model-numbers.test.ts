// Who asks a model and who answers count the same: each call by its spans, and all of them by their metrics.
import type { Attributes, TraceSpan, TraceTree, TreeNode } from '@throughline/trace-testing'
import { type MetricPoint, metricPointsOf } from '@throughline/trace-testing/receiver'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type MetricTotals, startMetricTotals } from './metric-totals.ts'
import { type RunningSystem, startRunningSystem } from './running-system.ts'
import { findListing, negotiation, priceReview, runScenario } from './scenarios.ts'

let metrics: MetricTotals
let running: RunningSystem
const trees: TraceTree[] = []
let points: readonly MetricPoint[]

beforeAll(async () => {
  metrics = await startMetricTotals()
  running = await startRunningSystem(process.env, metrics.variables)
  const listing = await findListing(running)
  for (const scenario of [negotiation, negotiation, priceReview, negotiation]) {
    trees.push((await runScenario(running, scenario, listing)).tree)
  }
  await metrics.settled()
  points = metrics.lastSent().flatMap(metricPointsOf)
}, 180_000)

afterAll(async () => {
  await running?.stop()
  await metrics?.[Symbol.asyncDispose]()
})

interface Pair {
  readonly client: TraceSpan
  readonly server: TraceSpan
  /** What the phases below the server's span say, together. */
  readonly phases: Attributes
  readonly phasesNanos: bigint
}

const calls = (): Pair[] =>
  trees
    .flatMap(({ nodes }) => nodes)
    .filter(({ span }) => span.name === 'chat negotiator')
    .map(pairOf)

const nanos = ({ startNanos, endNanos }: TraceSpan) => endNanos - startNanos

function pairOf(client: TreeNode): Pair {
  const server = client.children
    .flatMap(({ children }) => children)
    .find(({ span }) => span.kind === 'SERVER')
  if (server === undefined) throw new Error('A call of a model has no server')
  const spans = server.children.map(({ span }) => span)
  const phases = Object.assign({}, ...spans.map(({ attributes }) => attributes))
  const phasesNanos = spans.reduce((sum, span) => sum + nanos(span), 0n)
  return { client: client.span, server: server.span, phases, phasesNanos }
}

test('each call is told alike by its two ends: models, tokens, why it ended, and no shorter by who waits', () => {
  expect(calls()).toHaveLength(12)
  for (const { client, server, phases, phasesNanos } of calls()) {
    const asked = (name: string) => [name, client.attributes[name]]
    expect(server.attributes).toMatchObject(
      Object.fromEntries(
        [
          'gen_ai.operation.name',
          'gen_ai.request.model',
          'gen_ai.request.max_tokens',
          'gen_ai.request.temperature',
          'gen_ai.response.id',
          'gen_ai.response.model',
        ].map(asked),
      ),
    )
    expect(phases).toMatchObject(
      Object.fromEntries(
        [
          'gen_ai.usage.input_tokens',
          'gen_ai.usage.output_tokens',
          'gen_ai.response.finish_reasons',
        ].map(asked),
      ),
    )
    // The server's own span goes on until its socket is done, when the client may have had the answer.
    expect(nanos(client)).toBeGreaterThanOrEqual(phasesNanos)
  }
})

/** Of all series that carry these labels: of a histogram how often and how much, of a counter how much. */
function totalOf(service: string, name: string, labels: Attributes = {}) {
  const those = points.filter(
    ({ resource, attributes, ...point }) =>
      resource['service.name'] === service &&
      point.name === name &&
      Object.entries(labels).every(([label, value]) => attributes[label] === value),
  )
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
  return {
    count: sum(those.map(({ count }) => count)),
    value: sum(those.map(({ value }) => value)),
  }
}

test('all calls are counted alike at both ends: how many, how many tokens, and no less time by who waits', () => {
  const client = totalOf('orchestrator', 'gen_ai.client.operation.duration')
  const server = totalOf('model-server', 'gen_ai.server.request.duration')
  expect(server.count).toBe(calls().length)
  expect(client.count).toBe(server.count)
  expect(totalOf('model-server', 'gen_ai.server.time_to_first_token').count).toBe(server.count)
  expect(client.value).toBeGreaterThanOrEqual(server.value)

  for (const type of ['input', 'output']) {
    const written = totalOf('model-server', 'throughline.model.tokens', { token_type: type })
    const onSpans = calls().map(({ client }) =>
      Number(client.attributes[`gen_ai.usage.${type}_tokens`]),
    )
    expect(written.value).toBe(onSpans.reduce((total, tokens) => total + tokens, 0))
    expect(written.value).toBeGreaterThan(100)
    const used = totalOf('orchestrator', 'gen_ai.client.token.usage', { 'gen_ai.token.type': type })
    expect(used).toEqual({ count: server.count, value: written.value })
    const charged = totalOf('orchestrator', 'throughline.llm.tokens', { token_type: type })
    expect(charged.value).toBe(written.value)
  }
})
