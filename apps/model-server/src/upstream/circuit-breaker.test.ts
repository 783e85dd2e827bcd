import { expect, test } from 'vitest'
import {
  type Attempt,
  type CircuitState,
  createCircuitBreaker,
  type Judge,
} from './circuit-breaker.ts'

class Fault extends Error {}
class Left extends Error {}

const judge: Judge = (error) =>
  error instanceof Fault ? 'ill' : error instanceof Left ? 'unknown' : 'well'

function setUp(openMs = 60_000) {
  const states: CircuitState[] = []
  const breaker = createCircuitBreaker({
    windowSize: 6,
    minOutcomes: 4,
    openMs,
    onChange: (state) => states.push(state),
  })
  const run = (attempt: Attempt<string>) => breaker.run(attempt, judge)
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
  return { run, end, times, states, state: breaker.state }
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

test('takes the first token of the one for its answer, and what comes after for another outcome', async () => {
  const { run, end, times, states } = setUp(1)
  await times(4, new Fault())
  await expect.poll(() => end(new Left())).toBeInstanceOf(Left)
  const { promise, reject } = Promise.withResolvers<string>()
  const long = run((isWell) => {
    isWell()
    return promise
  })
  expect(states).toEqual(['open', 'half_open', 'closed'])
  await times(2)
  await times(1, new Fault())
  reject(new Fault())
  await expect(long).rejects.toBeInstanceOf(Fault)
  // Half of four: without the long one's end there would be three.
  expect(states).toEqual(['open', 'half_open', 'closed', 'open'])
})

test('counts an answer once that has told its first token', async () => {
  const { run, times, states } = setUp()
  await times(2, new Fault())
  await run(async (isWell) => {
    isWell()
    return 'answer'
  })
  expect(states).toEqual([])
})

test('says that it would let one through, although nobody comes', async () => {
  const { times, state, states } = setUp(1)
  expect(state()).toBe('closed')
  await times(4, new Fault())
  await expect.poll(state).toBe('half_open')
  expect(states).toEqual(['open'])
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
