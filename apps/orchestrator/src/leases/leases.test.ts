import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createLeases, type Leases } from './leases.ts'

const leaseMs = 1_000
const renew = vi.fn<(taskIds: string[], tokens: string[], leaseMs: number) => Promise<string[]>>()

let leases: Leases
let stop: () => void
beforeEach(() => {
  // Both clocks, and the timers with them.
  vi.useFakeTimers()
  renew.mockReset().mockResolvedValue([])
  leases = createLeases({ leaseMs, renew })
  stop = leases.start()
})
afterEach(() => {
  stop()
  vi.useRealTimers()
})

const open = (taskId = 'task') => leases.open(taskId, `token of ${taskId}`, performance.now())

test('renews all leases at once, well before they end', async () => {
  const [one, other] = [open('one'), open('other')]
  await vi.advanceTimersByTimeAsync(leaseMs / 2)
  expect(renew).toHaveBeenCalledWith(['one', 'other'], ['token of one', 'token of other'], leaseMs)
  await vi.advanceTimersByTimeAsync(leaseMs * 10)
  expect([one.isHeld(), other.isHeld()]).toEqual([true, true])
})

test('asks Redis for nothing while no task runs', async () => {
  leases.close(open())
  await vi.advanceTimersByTimeAsync(leaseMs * 10)
  expect(renew).not.toHaveBeenCalled()
})

test('stops the work whose lock is gone, and no other', async () => {
  const [lost, kept] = [open('lost'), open('kept')]
  renew.mockResolvedValueOnce(['lost'])
  await vi.advanceTimersByTimeAsync(leaseMs / 2)
  expect(lost.signal.reason).toBe('lease_lost')
  expect([lost.isHeld(), kept.isHeld()]).toEqual([false, true])
  expect(kept.signal.aborted).toBe(false)
})

test('knows without Redis that a lease has run out, by the clock that nobody can set', async () => {
  const lease = open()
  renew.mockReturnValue(new Promise(() => {}))
  await vi.advanceTimersByTimeAsync(leaseMs - 1)
  // An hour back: the wall clock says nothing about a lease.
  vi.setSystemTime(Date.now() - 3_600_000)
  expect(lease.isHeld()).toBe(true)
  await vi.advanceTimersByTimeAsync(1)
  expect(lease.isHeld()).toBe(false)
  expect(lease.signal.reason).toBe('lease_lost')
})

test('counts a renewal from when it was asked for, not from when it was answered', async () => {
  const lease = open()
  const { promise, resolve } = Promise.withResolvers<string[]>()
  renew.mockReturnValueOnce(promise).mockReturnValue(new Promise(() => {}))
  await vi.advanceTimersByTimeAsync(leaseMs * 0.9)
  resolve([])
  // Asked for at a quarter of the lease.
  await vi.advanceTimersByTimeAsync(leaseMs * 0.3)
  expect(lease.isHeld()).toBe(true)
  await vi.advanceTimersByTimeAsync(leaseMs * 0.1)
  expect(lease.isHeld()).toBe(false)
})

test('does not take a lease back that had run out before its renewal was answered', async () => {
  const lease = open()
  const { promise, resolve } = Promise.withResolvers<string[]>()
  renew.mockReturnValueOnce(promise)
  await vi.advanceTimersByTimeAsync(leaseMs * 1.5)
  resolve([])
  await vi.advanceTimersByTimeAsync(leaseMs)
  expect(lease.isHeld()).toBe(false)
})

test('keeps the lease of an attempt that begins before the one it replaces has ended', () => {
  const first = open()
  first.stop('lease_lost')
  const second = open()
  leases.close(first)
  expect(leases.taskIds()).toEqual(['task'])
  leases.stop('task', 'cancelled')
  expect(second.signal.reason).toBe('cancelled')
})

test('goes on after a renewal that failed', async () => {
  const lease = open()
  renew.mockRejectedValueOnce(new Error('away'))
  await vi.advanceTimersByTimeAsync(leaseMs * 3)
  expect(lease.isHeld()).toBe(true)
})
