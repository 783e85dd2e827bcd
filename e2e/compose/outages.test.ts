// Parts of the telemetry pipeline away for a while: the services do not notice, and nothing is missing afterwards.
import { setTimeout as delay } from 'node:timers/promises'
import { buildTree } from '@throughline/trace-testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Call } from '../running-system.ts'
import {
  findListing,
  type Listing,
  negotiation,
  runScenario,
  type Scenario,
  search,
} from '../scenarios.ts'
import { loggedTraces, logsOf } from './loki.ts'
import { query } from './prometheus.ts'
import { compose, connectStack, type Stack, sendTrafficAway } from './stack.ts'

let stack: Stack
let listing: Listing
let letTrafficIn: () => Promise<unknown>
/** How many spans the trace of each kind of call has. */
const spansOf = new Map<Scenario, number>()

beforeAll(async () => {
  stack = await connectStack()
  letTrafficIn = await sendTrafficAway()
  listing = await findListing(stack)
  for (const scenario of [search, negotiation]) {
    await runScenario(stack, scenario, listing)
    const { tree } = await runScenario(stack, scenario, listing)
    spansOf.set(scenario, tree.nodes.length)
  }
})
afterAll(async () => {
  await compose('start', 'collector', 'jaeger', 'prometheus', 'loki')
  await letTrafficIn?.()
})

const everyMs = 250
/** One call of each round is a negotiation: it passes every service, and the queue. */
const round = [search, search, search, negotiation]
const outageMs = 30_000
/** A service that waited for a backend would take longer than this. */
const promptMs = 2_000

interface SentCall extends Call {
  readonly scenario: Scenario
}

/** Calls at a steady pace until told to stop; each has to be answered, and promptly. */
function keepCalling() {
  const calls: SentCall[] = []
  const stopping = new AbortController()
  const calling = (async () => {
    while (!stopping.signal.aborted) {
      const scenario = round[calls.length % round.length] ?? search
      const startedAt = performance.now()
      const call = await scenario.send(stack, listing)
      expect(call.status).toBe(scenario === negotiation ? 202 : 200)
      expect(performance.now() - startedAt).toBeLessThan(promptMs)
      calls.push({ ...call, scenario })
      await delay(everyMs)
    }
  })()
  return async () => {
    stopping.abort()
    await calling
    return calls
  }
}

/** The calls whose traces have not as many spans as those of their kind. */
async function incomplete(calls: readonly SentCall[]): Promise<string[]> {
  const found = calls.map(async ({ traceId, callerSpanId, scenario }) => {
    const answer = await stack.traces.getTrace(traceId, {
      ...{ waitMs: 0, callers: [callerSpanId], signal: AbortSignal.timeout(10_000) },
    })
    const spans = answer ? buildTree(answer.trace, { callers: [callerSpanId] }).nodes.length : 0
    const expected = spansOf.get(scenario)
    return spans === expected ? [] : [`${scenario.name} ${traceId}: ${spans} of ${expected} spans`]
  })
  return (await Promise.all(found)).flat()
}

/**
 * Resolves when the collector has nothing left for a backend. Asks the collector itself: Prometheus looks as often as
 * the services send, and may always meet what has just come.
 */
async function expectDrained(exporter: string): Promise<void> {
  const size = new RegExp(`^otelcol_exporter_queue_size{.*exporter="${exporter}".*} (.+)$`, 'm')
  const left = async () => {
    const answer = await fetch(`${stack.collectorMetricsUrl}/metrics`)
    return size.exec(await answer.text())?.[1]
  }
  await expect.poll(left, { interval: 200 }).toBe('0')
}

async function during<Result>(service: string, act: () => Promise<Result>): Promise<Result> {
  await compose('stop', service)
  try {
    return await act()
  } finally {
    await compose('start', service)
  }
}

test('no span is lost when the collector is restarted in mid-traffic', async () => {
  const stop = keepCalling()
  await delay(4_000)
  await compose('restart', 'collector')
  await delay(4_000)
  const calls = await stop()
  expect(calls.length).toBeGreaterThan(20)
  await expect.poll(() => incomplete(calls)).toEqual([])
})

test('Jaeger away: requests are answered, logs arrive, and its traces come when it is back', async () => {
  const calls = await during('jaeger', async () => {
    const stop = keepCalling()
    await delay(outageMs)
    const sent = await stop()
    await expect.poll(() => logsOf(stack, sent.at(-1)?.traceId ?? '')).not.toEqual([])
    return sent
  })
  await expect.poll(() => incomplete(calls)).toEqual([])
  await expectDrained('otlp_grpc/jaeger')
})

test('Loki away: requests are answered, traces arrive, and its logs come when it is back', async () => {
  const calls = await during('loki', async () => {
    const stop = keepCalling()
    await delay(outageMs)
    const sent = await stop()
    await expect.poll(() => incomplete(sent)).toEqual([])
    return sent
  })
  const withoutLogs = async () => {
    const logged = await loggedTraces(stack, 'gateway')
    return calls.filter(({ traceId }) => !logged.has(traceId))
  }
  await expect.poll(withoutLogs).toEqual([])
  await expectDrained('otlp_http/loki')
})

test('Prometheus away: requests are answered, traces arrive, and its samples come when it is back', async () => {
  let endedAt = new Date()
  const calls = await during('prometheus', async () => {
    const stop = keepCalling()
    await delay(outageMs)
    endedAt = new Date()
    const sent = await stop()
    await expect.poll(() => incomplete(sent)).toEqual([])
    return sent
  })
  expect(calls.length).toBeGreaterThan(50)
  // Samples of the time in which it was not there to take them.
  const samples =
    'http_server_request_duration_seconds_count{service_name="gateway",http_route="/v1/search"}'
  const taken = async () => await query(stack, `count_over_time(${samples}[20s])`, endedAt)
  await expect.poll(taken).not.toEqual([])
  await expectDrained('otlp_http/prometheus')
})
