import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { shareLoad } from './share-load.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('loads once for all who ask, and not before', async () => {
  const load = vi.fn(async () => 'model')
  const shared = shareLoad(load, 1_000)
  expect([load.mock.calls.length, shared.loaded()]).toEqual([0, undefined])
  expect(await Promise.all([shared.get(), shared.get()])).toEqual(['model', 'model'])
  vi.advanceTimersByTime(10_000)
  expect(await shared.get()).toBe('model')
  expect([load.mock.calls.length, shared.loaded()]).toEqual([1, 'model'])
})

test('gives the same failure until the pause is over, and then tries again', async () => {
  const load = vi.fn<() => Promise<string>>().mockRejectedValueOnce(new Error('no such file'))
  load.mockResolvedValueOnce('model')
  const shared = shareLoad(load, 1_000)
  await expect(shared.get()).rejects.toThrow('no such file')
  vi.advanceTimersByTime(999)
  await expect(shared.get()).rejects.toThrow('no such file')
  expect(load).toHaveBeenCalledOnce()
  vi.advanceTimersByTime(1)
  expect(await shared.get()).toBe('model')
})
