// Everything that Grafana's dashboards ask, asked of the backends themselves: a panel without data is a failed test.
import { readAskedQueries } from '@throughline/grafana/asked-queries.ts'
import type { Values } from '@throughline/grafana/fill-in.ts'
import { beforeAll, expect, test } from 'vitest'
import { failedTask, findListing, negotiation, runScenario, search } from '../scenarios.ts'
import { ask, askExemplars, askTrace, type Backends } from './ask.ts'
import { compose, connectStack } from './stack.ts'

const queries = readAskedQueries()
/** One of each kind of trouble is there already, as traffic makes it; a test does not wait for its turn. */
const tasks = [search, negotiation, failedTask]

let backends: Backends
let values: Values

beforeAll(async () => {
  const stack = await connectStack()
  const [jaeger = ''] = (await compose('port', 'jaeger', '16686')).split('\n')
  backends = { ...stack, jaegerUrl: `http://${jaeger}` }
  const listing = await findListing(stack)
  // Twice: the first sample of a counter has nothing that it could have risen from.
  for (const scenario of [...tasks, ...tasks]) await runScenario(stack, scenario, listing)
  const { call } = await runScenario(stack, negotiation, listing)
  values = { traceId: call.traceId, spanName: 'POST /v1/negotiate' }
})

test.each(queries)('$where has data', async (query) => {
  await expect.poll(() => ask(backends, query, values)).toBeGreaterThan(0)
})

test.each(queries.filter((query) => query.kind === 'promql' && query.exemplars))(
  '$where has dots, and Jaeger has the trace of the newest',
  async (query) => {
    if (query.kind !== 'promql') throw new Error('Only metrics have exemplars')
    const traceIds = () => askExemplars(backends, query, values)
    await expect.poll(traceIds).not.toEqual([])
    const [newest = ''] = await traceIds()
    // A span is counted some seconds before it is decided whether its trace is kept.
    await expect.poll(() => askTrace(backends, newest)).toBe(1)
  },
)
