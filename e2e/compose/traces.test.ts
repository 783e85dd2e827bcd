// What `npm test` asserts of the embedded system, asserted of the containers: the same trees, out of Jaeger; their log
// lines, out of Loki; their exemplars, out of Prometheus.
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import '@throughline/trace-testing/vitest'
import { findListing, type Listing, negotiation, runScenario, scenarios } from '../scenarios.ts'
import { treeStyle } from '../tree-style.ts'
import { logsOf } from './loki.ts'
import { countsOf, exemplarTraceIds, increaseOf } from './prometheus.ts'
import { settled } from './settled.ts'
import { apps, connectStack, printedBy, type Stack, sendTrafficAway } from './stack.ts'

let stack: Stack
let listing: Listing
let letTrafficIn: () => Promise<unknown>

beforeAll(async () => {
  stack = await connectStack()
  letTrafficIn = await sendTrafficAway()
  listing = await findListing(stack)
  await Promise.all(scenarios.map((scenario) => runScenario(stack, scenario, listing)))
})
afterAll(() => letTrafficIn?.())

test.each(scenarios)(
  '$name: the whole tree in Jaeger, every line of it in Loki',
  async (scenario) => {
    const startedAt = new Date()
    const { call, tree } = await runScenario(stack, scenario, listing)
    const path = new URL(`../trees/${scenario.name}.txt`, import.meta.url)
    expect(tree).toHaveNoOrphans()
    expect(tree).toMatchTree(await readFile(path, 'utf8'), treeStyle)

    const printed = (await printedBy(apps, startedAt)).filter(
      ({ traceId }) => traceId === call.traceId,
    )
    expect(printed.length).toBeGreaterThan(0)
    await expect.poll(() => logsOf(stack, call.traceId)).toHaveLength(printed.length)
    const logs = await logsOf(stack, call.traceId)
    expect({ ...tree.trace, logs }).toHaveCompleteLogs(printed)
  },
)

test('a negotiation is counted once in every metric that knows of it, and is an exemplar', async () => {
  const tree = await readFile(new URL('../trees/negotiation.txt', import.meta.url), 'utf8')
  const spans = (name: string) => tree.split('\n').filter((line) => line.includes(name)).length
  const counts = {
    'http_server_request_duration_seconds_count{http_route="/v1/negotiate"}': 1,
    throughline_tasks_started_total: 1,
    throughline_tasks_completed_total: 1,
    throughline_task_duration_seconds_count: 1,
    throughline_node_executions_total: spans('run node'),
    throughline_checkpoints_saved_total: spans('save checkpoint'),
    throughline_llm_calls_total: spans('chat negotiator'),
    gen_ai_server_request_duration_seconds_count: spans('chat negotiator'),
    'traces_span_metrics_calls_total{service_name="orchestrator",span_name="run task"}': 1,
  }
  const exprs = Object.keys(counts)
  const before = await settled(() => countsOf(stack, exprs))
  const startedAt = new Date()
  const { call } = await runScenario(stack, negotiation, listing)
  const increase = async () => {
    const after = await countsOf(stack, exprs)
    return Object.fromEntries(
      exprs.map((expr, index) => [expr, increaseOf(before[index], after[index])]),
    )
  }
  await expect.poll(increase).toEqual(counts)

  const selector =
    'traces_span_metrics_duration_milliseconds_bucket{span_name="POST /v1/negotiate"}'
  await expect.poll(() => exemplarTraceIds(stack, selector, startedAt)).toContain(call.traceId)
})
