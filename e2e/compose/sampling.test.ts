// The collector, told to keep no ordinary trace: those with an error and those that a caller asked for are kept.
import { faultHeader, faults } from '@throughline/contracts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import '@throughline/trace-testing/vitest'
import { failedTask, findListing, negotiationOver, runScenario, search } from '../scenarios.ts'
import { compose, connectStack, docker, type Stack } from './stack.ts'

const onlyCollector = ['up', '--detach', '--no-deps', 'collector']
/** Of a trusted caller who asks for nothing. */
const ordinary = { tracestate: 'vendor=none' }

let stack: Stack

beforeAll(async () => {
  stack = await connectStack()
  const env = { ...process.env, TRACES_SAMPLED_PERCENT: '0' }
  await docker(['compose', ...onlyCollector], { env })
})
afterAll(() => compose(...onlyCollector))

test('at a share of 0 % failures and what was asked for are kept, and nothing else', async () => {
  const listing = await findListing(stack)
  const dropped = await stack.post('/v1/search', { query: 'camera' }, { headers: ordinary })
  const failing = await stack.post('/v1/negotiate', negotiationOver(listing), {
    headers: { ...ordinary, [faultHeader]: faults.modelError },
  })
  const failed = await stack.waitForTrace(failing, { spans: failedTask.lastSpans })
  expect(failed).toHaveNoOrphans()
  // Sent last, so that the collector has decided about the others before.
  const { tree } = await runScenario(stack, search, listing)
  expect(tree).toHaveNoOrphans()
  const options = {
    waitMs: 0,
    callers: [dropped.callerSpanId],
    signal: AbortSignal.timeout(10_000),
  }
  const found = await stack.traces.getTrace(dropped.traceId, options)
  expect(found?.trace.spans ?? []).toEqual([])
})
