import { expect, test } from 'vitest'
import { type CircuitState, createCircuitBreaker } from './circuit-breaker.ts'

class Fault extends Error {}
class Left extends Error {}

function setUp(openMs = 60_000) {
  const states: CircuitState[] = []
  const { run } = createCircuitBreaker({
    windowSize: 6,
    minOutcomes: 4,
    openMs,
    judge: (error) => (error instanceof Fault ? 'ill' : error instanceof Left ? 'unknown' : 'well'),
    onChange: (state) => states.push(state),
  })
  const end = async (error?: Error) => {
    const attempt = run(async () => {
      if (error) throw error
      return 'answer'
    })
    return attempt.catch((err: unknown) => err)
  }
  const times = async (count: number, error?: Error) => {
    for (let index = 0; index < count; index++) await end(error)
  }
  return { run, end, times, states }
}

const refused = expect.objectContaining({ code: 'upstream_unavailable' })

test('opens when half of the last outcomes are failures, and not before there are enough', async () => {
  const { end, times, states } = setUp()
  await times(3, new Fault())
  expect(states).toEqual([])
  await times(1)
  expect(states).toEqual(['open'])
  expect(await end()).toEqual(refused)
})

test('forgets what is long ago', async () => {
  const { times, states } = setUp()
  await times(4)
  await times(2, new Fault())
  await times(4)
  await times(2, new Fault())
  expect(states).toEqual([])
  await times(1, new Fault())
  expect(states).toEqual(['open'])
})

test('who leaves, and who slips, does not open it', async () => {
  const { times, states } = setUp()
  await times(20, new Left())
  await times(20, new TypeError())
  await times(2, new Fault())
  await times(20, new Left())
  expect(states).toEqual([])
})

test('says how long it stays open', async () => {
  const { end, times } = setUp(4_500)
  await times(4, new Fault())
  expect(await end()).toMatchObject({ retryAfterSeconds: 5 })
})

test('lets one through after its time, and others when that one has come back', async () => {
  const { run, end, times, states } = setUp(1)
  await times(4, new Fault())
  await expect.poll(() => end(new Left())).toBeInstanceOf(Left)
  expect(states).toEqual(['open', 'half_open'])
  const { promise, resolve } = Promise.withResolvers<string>()
  const first = run(() => promise)
  expect(await end()).toEqual(refused)
  resolve('answer')
  expect(await first).toBe('answer')
  expect(await end()).toBe('answer')
  expect(states).toEqual(['open', 'half_open', 'closed'])
})

test('opens again when the one fails', async () => {
  const { end, times, states } = setUp(1)
  await times(4, new Fault())
  await expect.poll(() => end(new Fault())).toBeInstanceOf(Fault)
  expect(states).toEqual(['open', 'half_open', 'open'])
})

test('what was asked before it opened says nothing of the time after', async () => {
  const { run, end, times, states } = setUp(1)
  const late = Promise.withResolvers<string>()
  const before = run(() => late.promise).catch(() => {})
  await times(4, new Fault())
  await expect.poll(() => end(new Left())).toBeInstanceOf(Left)
  late.reject(new Fault())
  await before
  expect(states).toEqual(['open', 'half_open'])
})
