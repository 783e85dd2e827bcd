// Every trace of the system, whole: each span's name, kind, service, parent, status, links and the attributes that
// matter, no orphan, no extra, and every log line of every process.
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { inspect } from 'node:util'
import { taskSchema } from '@throughline/contracts'
import { acmeKey, demoKey } from '@throughline/core/seed'
import { describeFindings, describeMissing } from '@throughline/registry/check'
import type { TraceTree } from '@throughline/trace-testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import '@throughline/trace-testing/vitest'
import { type RunningSystem, startRunningSystem } from './running-system.ts'
import {
  failedTask,
  findListing,
  type Listing,
  negotiation,
  priceReview,
  runScenario,
  type Scenario,
  scenarios,
  search,
  validationError,
} from './scenarios.ts'
import { sendShoppers } from './shoppers.ts'
import { treeStyle } from './tree-style.ts'

let running: RunningSystem
let listing: Listing

beforeAll(async () => {
  // What the SDK measures of itself is declared, too.
  running = await startRunningSystem(process.env, { OTEL_NODE_EXPERIMENTAL_SDK_METRICS: 'true' })
  listing = await findListing(running)
  for (const scenario of scenarios) await runScenario(running, scenario, listing)
}, 90_000)

afterAll(() => running?.stop())

/** Runs it, and holds its trace and its logs against what they must be. */
async function runWhole(scenario: Scenario) {
  const printedBefore = running.printed.length
  const { call, tree } = await runScenario(running, scenario, listing)
  const expected = await readFile(new URL(`trees/${scenario.name}.txt`, import.meta.url), 'utf8')
  expect(tree).toHaveNoOrphans()
  expect(tree).toMatchTree(expected, treeStyle)
  expect(tree).toHaveCompleteLogs(running.printed.slice(printedBefore))
  expect(call.headers.get('traceresponse')).toMatch(new RegExp(`^00-${call.traceId}-`))
  return { call, tree }
}

/** In whole billionths, so that the order of a sum is nothing that shows. */
function sumOf(nodes: TraceTree['nodes'], attribute: string): number {
  const billionths = nodes.map(({ span }) =>
    Math.round(Number(span.attributes[attribute] ?? 0) * 1e9),
  )
  return billionths.reduce((sum, one) => sum + one, 0) / 1e9
}

test('a search crosses gateway, core and PostgreSQL', async () => {
  const { call } = await runWhole(search)
  expect(call.status).toBe(200)
})

test('a negotiation is one trace through HTTP, gRPC, SQL, the queue, the model and back', async () => {
  const { call, tree } = await runWhole(negotiation)
  expect(call.status).toBe(202)
  const nodes = tree.nodes.filter(({ span }) => span.name === 'run node')
  expect(nodes.map(({ span }) => span.attributes['throughline.node.id'])).toEqual([
    'analyse',
    'propose',
    'policy',
    'decide',
    'counter',
    'outcome',
  ])
})

test('a price review asks about each listing in a span of its own, side by side', async () => {
  const { call, tree } = await runWhole(priceReview)
  expect(call.status).toBe(202)
  const items = tree.nodes.map(({ span }) => span.attributes['throughline.node.item'])
  expect(items.filter((item) => item !== undefined).sort()).toEqual([0, 1, 2])
})

test('a refused body ends in the gateway, and is no error of it', async () => {
  const { call } = await runWhole(validationError)
  expect(call.status).toBe(400)
  expect(call.body).toMatchObject({
    trace_id: call.traceId,
    errors: [{ field: 'budgetCents' }],
  })
})

test('a task whose model fails is tried three times, each attempt linked to the one before', async () => {
  const { call } = await runWhole(failedTask)
  expect(call.status).toBe(202)
  expect(await running.get(`/v1/tasks/${call.body.id}`)).toMatchObject({
    state: 'dead',
    attempt: 3,
  })
})

test('a task costs what its nodes cost: in the spans, and in the result', async () => {
  const { call, tree } = await runScenario(running, negotiation, listing)
  const spansNamed = (name: string) => tree.nodes.filter(({ span }) => span.name === name)
  const cost = sumOf(spansNamed('run node'), 'throughline.llm.cost_usd')
  expect(cost).toBeGreaterThan(0)
  expect(sumOf(spansNamed('run task'), 'throughline.llm.cost_usd')).toBe(cost)
  const { result, usage } = taskSchema.parse(await running.get(`/v1/tasks/${call.body.id}`))
  expect(usage).toMatchObject({ costUsd: cost, unpricedCalls: 0 })
  expect(result).toMatchObject({ action: 'offer', rounds: { length: 1 } })
})

test('a stranger gets a trace of the edge, linked to the one that it sent', async () => {
  const call = await running.post('/v1/search', { query: 'camera' }, { key: acmeKey })
  const [, traceId = ''] = call.headers.get('traceresponse')?.split('-') ?? []
  expect(traceId).toMatch(/^[0-9a-f]{32}$/)
  expect(traceId).not.toBe(call.traceId)
  const tree = await running.waitForTrace({ traceId })
  const [root] = tree.roots
  expect(root?.links).toMatchObject([{ traceId: call.traceId, spanId: call.callerSpanId }])
  expect(new Set(tree.nodes.map(({ span }) => span.service))).toEqual(new Set(['gateway', 'core']))
})

test("no span and no log line holds a key, a caller's words or the model's", async () => {
  const words = 'camera <b>for</b> grandmother'
  const searched = await running.post('/v1/search', { query: words })
  const { call, tree } = await runScenario(running, negotiation, listing)
  const { result } = await running.get(`/v1/tasks/${call.body.id}`)
  const { message } = result as { message: string }
  expect(message.length).toBeGreaterThan(10)
  const told = inspect(
    [tree.trace, (await running.waitForTrace(searched)).trace, running.printed],
    {
      depth: null,
      maxArrayLength: null,
      maxStringLength: null,
    },
  )
  for (const secret of [words, 'grandmother', message, demoKey, acmeKey]) {
    expect(told).not.toContain(secret)
  }
})

test('live check: nothing leaves a process that is not declared', async () => {
  await sendShoppers(running)
  // Core refuses this one.
  await running.get(`/v1/tasks/${randomUUID()}`)
  // What they send as they end is checked, too.
  await running.stop()
  const { list, omitted } = running.liveCheck.findings()
  expect(describeFindings(list, omitted)).toBe('')
})

test('live check: nothing declared is missing', () => {
  expect(describeMissing(running.liveCheck.missing())).toBe('')
})
