import { createServer } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import type { Trace } from './trace.ts'
import { createTraceClient, TraceIncompleteError, type WaitOptions } from './trace-client.ts'
import { orderTrace, traceOf } from './trace-fixture.ts'
import type { TraceAnswer, TraceSource } from './trace-source.ts'

/** A backend that knows a little more at each question, and stays at the last. */
function growing(...steps: (Trace | Error | undefined)[]): TraceSource & { asked: number } {
  const source = {
    asked: 0,
    async getTrace(): Promise<TraceAnswer | undefined> {
      const step = steps[Math.min(source.asked++, steps.length - 1)]
      if (step instanceof Error) throw step
      return step && { trace: step, losses: [] }
    },
  }
  return source
}

const first = (count: number): Trace => ({ ...orderTrace, spans: orderTrace.spans.slice(0, count) })
const last = (count: number): Trace => ({ ...orderTrace, spans: orderTrace.spans.slice(-count) })

function wait(source: TraceSource, options: WaitOptions = {}) {
  return createTraceClient({ source }).waitForTrace('trace-1', { quietMs: 60, ...options })
}

async function failure(source: TraceSource, options: WaitOptions): Promise<TraceIncompleteError> {
  const err = await wait(source, { timeoutMs: 300, ...options }).catch((reason) => reason)
  expect(err).toBeInstanceOf(TraceIncompleteError)
  return err
}

test('waits until nothing of the trace is new, and every parent and consumer is there', async () => {
  const source = growing(undefined, last(1), last(3), first(3), orderTrace)
  const tree = await wait(source)
  expect(tree.nodes).toHaveLength(orderTrace.spans.length)
  expect(source.asked).toBeGreaterThan(5)
})

test('waits for the spans it was promised', async () => {
  const whole = traceOf({ name: 'root', children: [{ name: 'query' }, { name: 'query' }] })
  const step = (count: number) => ({ ...whole, spans: whole.spans.slice(0, count) })
  const quietSteps = [1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3].map(step)
  const tree = await wait(growing(...quietSteps), {
    spans: ['root', { name: 'query', service: 'shop', count: 2 }, (span) => span.name === 'query'],
  })
  expect(tree.nodes).toHaveLength(3)
})

test('asks again when the backend fails for a while', async () => {
  const refused = new Error('refused')
  await expect(wait(growing(refused, refused, orderTrace))).resolves.toBeDefined()
})

test('takes a parent that is a known caller for granted', async () => {
  const source = growing(traceOf({ name: 'served', parentSpanId: 'caller' }))
  await expect(wait(source, { callers: ['caller'] })).resolves.toBeDefined()
})

test('shows the tree so far and each gap in it at the deadline', async () => {
  const { message, missing, tree } = await failure(growing(last(2)), {
    spans: [{ name: 'INSERT', kind: 'CLIENT', service: 'shop', count: 2 }],
    until: () => false,
  })
  expect(message).toContain('Trace trace-1 was not complete within 300 ms')
  expect(message).toContain('(orphan) run')
  expect(missing).toEqual([
    '"run" (worker) waits for its parent span-4, which is not here',
    '"run" (worker) waits for its parent span-4, which is not here',
    'it has no root',
    'promised and not seen: INSERT (CLIENT, shop, 2 times)',
    'the condition of `until` does not hold',
  ])
  expect(tree?.nodes).toHaveLength(2)
})

test('counts a message that nobody consumed as a gap, unless told otherwise', async () => {
  const { missing } = await failure(growing(first(3)), {})
  expect(missing).toEqual(['nothing has consumed what "send orders" (shop) sent'])
  await expect(wait(growing(first(3)), { awaitConsumers: false })).resolves.toBeDefined()
})

test('says so when nothing of the trace was ever seen', async () => {
  expect((await failure(growing(undefined), {})).missing).toEqual(['no span of it was seen'])
})

test('says so when the trace never comes to rest', async () => {
  let count = 0
  const restless: TraceSource = {
    getTrace: async () => ({
      trace: traceOf({ name: 'root', children: Array(count++).fill({ name: 'tick' }) }),
      losses: [],
    }),
  }
  expect((await failure(restless, { quietMs: 200 })).missing.join()).toContain('still arriving')
})

test.each(['127.0.0.1', 'localhost'])('says why the backend at %s failed', async (host) => {
  const closed = createServer()
  const port = await new Promise<number>((resolve) => {
    closed.listen(0, '127.0.0.1', () => resolve((closed.address() as { port: number }).port))
  })
  await new Promise((resolve) => closed.close(resolve))
  const client = createTraceClient({ baseUrl: `http://${host}:${port}` })
  await expect(client.waitForTrace('trace-1', { timeoutMs: 200 })).rejects.toThrow('ECONNREFUSED')
})

test('says which address answers with something else than JSON', async () => {
  const page = createServer((_, response) => response.end('<html>'))
  onTestFinished(() => void page.close())
  const port = await new Promise<number>((resolve) => {
    page.listen(0, '127.0.0.1', () => resolve((page.address() as { port: number }).port))
  })
  const client = createTraceClient({ baseUrl: `http://127.0.0.1:${port}` })
  await expect(client.waitForTrace('trace-1', { timeoutMs: 200 })).rejects.toThrow(
    new RegExp(`http://127.0.0.1:${port}/.* answered no JSON, but: <html>`),
  )
})

test('ends at the deadline when the backend never answers', async () => {
  const silent = createServer(() => {})
  onTestFinished(() => {
    silent.closeAllConnections()
    silent.close()
  })
  const port = await new Promise<number>((resolve) => {
    silent.listen(0, '127.0.0.1', () => resolve((silent.address() as { port: number }).port))
  })
  const client = createTraceClient({ baseUrl: `http://127.0.0.1:${port}` })
  await expect(client.waitForTrace('trace-1', { timeoutMs: 200 })).rejects.toThrow(
    'no span of it was seen',
  )
})
