import { totalmem } from 'node:os'
import { afterEach, expect, test, vi } from 'vitest'
import { availableMemory } from './available-memory.ts'

const gigabyte = 2 ** 30
const bare = 0

afterEach(() => void vi.restoreAllMocks())

test('counts on what the machine has left when nothing limits it', () => {
  vi.spyOn(process, 'constrainedMemory').mockReturnValue(bare)
  expect(availableMemory(1e15)).toBeGreaterThan(0)
  expect(availableMemory(0)).toBeLessThanOrEqual(totalmem())
})

test("counts on what is left of the container's limit when that is less", () => {
  vi.spyOn(process, 'constrainedMemory').mockReturnValue(gigabyte / 16)
  expect(availableMemory(gigabyte / 32)).toBe(gigabyte / 32)
  expect(availableMemory(gigabyte)).toBeLessThan(0)
})
