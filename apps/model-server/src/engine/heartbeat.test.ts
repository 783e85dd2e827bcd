import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createHeartbeat } from './heartbeat.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('beats once a second while anything runs, once more at rest, and then is silent', () => {
  const beat = vi.fn()
  const heartbeat = createHeartbeat(beat)
  heartbeat.begin()
  heartbeat.begin()
  vi.advanceTimersByTime(2_500)
  expect(beat).toHaveBeenCalledTimes(2)
  heartbeat.end()
  heartbeat.end()
  vi.advanceTimersByTime(10_000)
  expect(beat).toHaveBeenCalledTimes(3)
  expect(vi.getTimerCount()).toBe(0)
})

test('never beats faster, however often calls come and go', () => {
  const beat = vi.fn()
  const heartbeat = createHeartbeat(beat)
  for (let i = 0; i < 100; i++) {
    heartbeat.begin()
    heartbeat.end()
    vi.advanceTimersByTime(50)
  }
  expect(beat).toHaveBeenCalledTimes(5)
})
