import { expect } from 'vitest'

/** Longer than vitest's own: tests share a machine, and a condition that holds is found at once anyway. */
export function eventually<Value>(read: () => Value) {
  return expect.poll(read, { timeout: 15_000 })
}
