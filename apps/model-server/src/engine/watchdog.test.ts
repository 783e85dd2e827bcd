import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createWatchdog } from './watchdog.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('says so once when work does not move', () => {
  const onStall = vi.fn()
  createWatchdog(400, onStall).watch()
  vi.advanceTimersByTime(399)
  expect(onStall).not.toHaveBeenCalled()
  vi.advanceTimersByTime(2_000)
  expect(onStall).toHaveBeenCalledOnce()
})

test('is content as long as work moves, and when there is none', () => {
  const onStall = vi.fn()
  const watchdog = createWatchdog(400, onStall)
  watchdog.watch()
  for (let i = 0; i < 10; i++) {
    vi.advanceTimersByTime(300)
    watchdog.moved()
    watchdog.watch()
  }
  watchdog.rest()
  vi.advanceTimersByTime(2_000)
  expect(onStall).not.toHaveBeenCalled()
})
