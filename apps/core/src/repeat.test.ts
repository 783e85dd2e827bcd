import { AsyncLocalStorage } from 'node:async_hooks'
import {
  type Context,
  type ContextManager,
  context,
  createContextKey,
  ROOT_CONTEXT,
} from '@opentelemetry/api'
import { pino } from 'pino'
import { afterEach, expect, test, vi } from 'vitest'
import { type Repeating, repeat } from './repeat.ts'

const dayMs = 24 * 60 * 60 * 1_000

let lines: { level: number; msg: string }[] = []
const logger = pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) })
const running: Repeating[] = []
afterEach(async () => {
  lines = []
  await Promise.all(running.splice(0).map(({ stop }) => stop()))
})

function repeatTest(run: () => Promise<void>, intervalMs: number): Repeating {
  const repeating = repeat({ name: 'test', intervalMs, logger, run })
  running.push(repeating)
  return repeating
}

test('runs at once, and again after the interval', async () => {
  let runs = 0
  repeatTest(async () => {
    runs += 1
  }, 5)
  await vi.waitFor(() => expect(runs).toBeGreaterThan(2))
  expect(lines).toEqual([])
})

test('runs again when woken, however long the interval', async () => {
  let runs = 0
  const { wake } = repeatTest(async () => {
    runs += 1
  }, dayMs)
  await vi.waitFor(() => expect(runs).toBe(1))
  // Let the first run settle, so that this wakes it from its pause.
  await vi.waitFor(() => {
    wake()
    expect(runs).toBeGreaterThanOrEqual(2)
  })
})

test('does not miss a wake during a run, and never runs twice at once', async () => {
  let current = 0
  let most = 0
  const gates: (() => void)[] = []
  const { wake } = repeatTest(async () => {
    most = Math.max(most, ++current)
    await new Promise<void>((open) => gates.push(open))
    current -= 1
  }, dayMs)
  wake()
  wake()
  gates[0]?.()
  await vi.waitFor(() => expect(gates).toHaveLength(2))
  gates[1]?.()
  await vi.waitFor(() => expect(current).toBe(0))
  expect(gates).toHaveLength(2)
  expect(most).toBe(1)
})

test('goes on after failures, and says so once at each end of them', async () => {
  let runs = 0
  repeatTest(async () => {
    runs += 1
    if (runs < 3) throw new Error('away')
  }, 5)
  await vi.waitFor(() => expect(runs).toBeGreaterThan(4), 5_000)
  expect(lines.map(({ msg }) => msg)).toEqual(['test failed; trying again', 'test works again'])
})

test('runs outside of the context that woke it', async () => {
  context.setGlobalContextManager(createContextManager())
  const key = createContextKey('of a request')
  const seen: unknown[] = []
  const { wake } = repeatTest(async () => {
    seen.push(context.active().getValue(key))
  }, dayMs)
  await vi.waitFor(() => {
    context.with(context.active().setValue(key, 'a request'), wake)
    expect(seen.length).toBeGreaterThan(1)
  })
  context.disable()
  expect(new Set(seen)).toEqual(new Set([undefined]))
})

test('waits for the run in progress when stopped, and begins no other', async () => {
  let runs = 0
  let open = () => {}
  const { stop, wake } = repeatTest(async () => {
    runs += 1
    await new Promise<void>((resolve) => {
      open = resolve
    })
  }, 1)
  let stopped = false
  const stopping = stop().then(() => {
    stopped = true
  })
  wake()
  await Promise.resolve()
  expect(stopped).toBe(false)
  open()
  await stopping
  wake()
  expect(runs).toBe(1)
})

function createContextManager(): ContextManager {
  const contexts = new AsyncLocalStorage<Context>()
  const manager: ContextManager = {
    active: () => contexts.getStore() ?? ROOT_CONTEXT,
    with: (active, fn, self, ...args) => contexts.run(active, () => fn.apply(self as never, args)),
    bind: (_, target) => target,
    enable: () => manager,
    disable: () => manager,
  }
  return manager
}
