// Sampling is decided at the edge, once, and every hop obeys: HTTP, gRPC, the outbox and its queue, server-sent events,
// the model. All services sample everything by themselves; only the gateway that is asked differs.
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { describeFindings } from '@throughline/registry/check'
import type { TraceTree } from '@throughline/trace-testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import '@throughline/trace-testing/vitest'
import {
  growthOf,
  type MetricTotals,
  startMetricTotals,
  type Totals,
  totalOf,
} from './metric-totals.ts'
import { type RunningSystem, startRunningSystem } from './running-system.ts'
import { type Answered, type SamplingGateway, startSamplingGateway } from './sampling-gateway.ts'
import { findListing, type Listing, negotiation, runScenario, search } from './scenarios.ts'
import { treeStyle } from './tree-style.ts'

const startTimeoutMs = 120_000
const lastSpans = {
  search: search.lastSpans,
  negotiation: negotiation.lastSpans,
  events: [{ name: 'GET /v1/tasks/:id/events' }],
}

let metrics: MetricTotals
let running: RunningSystem
let listing: Listing
const gateways = new Map<number, SamplingGateway>()
/** Every trace that may have been recorded. */
const expected = new Set<string>()

beforeAll(async () => {
  metrics = await startMetricTotals()
  running = await startRunningSystem(process.env, metrics.variables)
  await Promise.all(
    [0, 0.1, 1].map(async (ratio) => {
      gateways.set(ratio, await startSamplingGateway(running, ratio))
    }),
  )
  listing = await findListing(running)
  for (const scenario of [search, negotiation]) await runScenario(running, scenario, listing)
  await fetch(new URL('/api/traces', running.system.lensUrl), { method: 'DELETE' })
}, startTimeoutMs)

afterAll(async () => {
  await Promise.all([...gateways.values()].map(({ process }) => process.kill()))
  await running?.stop()
  await metrics?.[Symbol.asyncDispose]()
})

function gatewayAt(ratio: number): SamplingGateway {
  const gateway = gateways.get(ratio)
  if (gateway === undefined) throw new Error(`No gateway samples at ${ratio}`)
  return gateway
}

/** Some of each kind, and by how much they made the metrics of all services grow. */
async function work(ratio: number, searches: number, negotiations: number) {
  const gateway = gatewayAt(ratio)
  const before = await metrics.settled()
  const searched = await inBatches(searches, gateway.search)
  const negotiated = await inBatches(negotiations, () => gateway.negotiate(listing))
  const answered = [...searched, ...negotiated.flat()]
  const growth = growthOf(before, await metrics.settled())
  expectExactCounts(growth, searches, negotiations)
  return { answered, growth }
}

/** As many at once as the system has hands. */
async function inBatches<Result>(count: number, ask: () => Promise<Result>): Promise<Result[]> {
  const results: Result[] = []
  while (results.length < count) {
    const batch = Array.from({ length: Math.min(6, count - results.length) }, ask)
    results.push(...(await Promise.all(batch)))
  }
  return results
}

function expectExactCounts(growth: Totals, searches: number, negotiations: number): void {
  const requests = 'http.server.request.duration'
  expect(totalOf(growth, `gateway ${requests}`)).toBe(searches + 2 * negotiations)
  expect(totalOf(growth, 'orchestrator throughline.tasks.completed')).toBe(negotiations)
  expect(totalOf(growth, `model-server ${requests}`)).toBe(3 * negotiations)
}

/** All of it or nothing: as many spans of each service and name as the same work makes when all is recorded. */
async function waitForWhole({ kind, traceId }: Answered): Promise<TraceTree> {
  expected.add(traceId)
  const tree = await running.waitForTrace({ traceId }, { spans: lastSpans[kind] })
  expect(tree).toHaveNoOrphans()
  whole.set(kind, whole.get(kind) ?? namesOf(tree))
  expect(namesOf(tree)).toEqual(whole.get(kind))
  return tree
}

const whole = new Map<Answered['kind'], string[]>()
const namesOf = ({ nodes }: TraceTree) =>
  nodes.map(({ span }) => `${span.service} ${span.name} ${span.kind}`).sort()

/** A negotiation that a trusted caller samples. It has passed through every queue behind all that came before it. */
async function forceTrace(ratio: number): Promise<TraceTree> {
  const caller = randomBytes(8).toString('hex')
  const traceId = randomBytes(16).toString('hex')
  const answered = await gatewayAt(ratio).negotiate(listing, `00-${traceId}-${caller}-01`)
  expect(answered).toMatchObject([
    { traceId, sampled: true },
    { traceId, sampled: true },
  ])
  expected.add(traceId)
  const promised = [...lastSpans.negotiation, ...lastSpans.events]
  return running.waitForTrace({ traceId, callerSpanId: caller }, { spans: promised })
}

async function expectNoOtherTrace(): Promise<void> {
  const url = new URL('/api/traces?limit=1000', running.system.lensUrl)
  const { traces } = (await (await fetch(url)).json()) as {
    traces: { traceId: string; spanCount: number; name: string }[]
  }
  const recorded = traces.filter(({ spanCount }) => spanCount > 0)
  expect(recorded.filter(({ traceId }) => !expected.has(traceId))).toEqual([])
}

function expectLogged(gateway: SamplingGateway, answered: readonly Answered[]): void {
  for (const { traceId, sampled } of answered) {
    const lines = gateway.process.lines.filter(({ trace_id }) => trace_id === traceId)
    const trace_flags = sampled ? '01' : '00'
    expect(lines).toMatchObject([{ msg: 'request completed', trace_flags }])
  }
}

const searches = 8
const negotiations = 3
let growthAtAll: Totals

test('at 100 % every request is a whole trace', async () => {
  const { answered, growth } = await work(1, searches, negotiations)
  growthAtAll = growth
  expect(answered.every(({ sampled }) => sampled)).toBe(true)
  const trees = await Promise.all(answered.map(waitForWhole))
  const negotiated = trees[answered.findIndex(({ kind }) => kind === 'negotiation')]
  const text = await readFile(new URL('trees/negotiation.txt', import.meta.url), 'utf8')
  expect(negotiated).toMatchTree(text, treeStyle)
  expectLogged(gatewayAt(1), answered)
})

test('at 0 % nothing is recorded, and everything counted and logged', async () => {
  const { answered, growth } = await work(0, searches, negotiations)
  expect(answered.some(({ sampled }) => sampled)).toBe(false)
  expect(growth).toEqual(growthAtAll)
  expectLogged(gatewayAt(0), answered)
  for (const { traceId } of answered.filter(({ kind }) => kind === 'negotiation')) {
    const lines = running.printed.filter((line) => line.traceId === traceId)
    const services = new Set(lines.map(({ service }) => service))
    expect([...services].sort()).toEqual(['core', 'model-server', 'orchestrator'])
  }
})

test('a trusted caller can force one trace where nothing is sampled', async () => {
  const tree = await forceTrace(0)
  const services = new Set(tree.nodes.map(({ span }) => span.service))
  expect([...services].sort()).toEqual(['core', 'gateway', 'model-server', 'orchestrator'])
  await expectNoOtherTrace()
})

test('a trusted caller who samples nothing is obeyed where everything is sampled', async () => {
  const traceparent = `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-00`
  const answered = await gatewayAt(1).negotiate(listing, traceparent)
  expect(answered.some(({ sampled }) => sampled)).toBe(false)
  await forceTrace(1)
  await expectNoOtherTrace()
})

test('at 10 % a tenth is recorded, each whole, and all is counted', async () => {
  const { answered } = await work(0.1, 130, 10)
  const sampled = answered.filter((each) => each.sampled)
  // Of 150: outside of this by chance once in millions of runs.
  expect(sampled.length).toBeGreaterThanOrEqual(1)
  expect(sampled.length).toBeLessThanOrEqual(40)
  await Promise.all(sampled.map(waitForWhole))
  expectLogged(gatewayAt(0.1), answered)
  await forceTrace(0.1)
  await expectNoOtherTrace()
})

test('live check: nothing leaves a process that is not declared, sampled or not', () => {
  for (const sent of metrics.lastSent()) running.liveCheck.take(sent)
  expect(running.liveCheck.seen.metrics).toBeGreaterThan(0)
  const { list, omitted } = running.liveCheck.findings()
  expect(describeFindings(list, omitted)).toBe('')
})
