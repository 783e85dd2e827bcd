import { expect, test } from 'vitest'
import { isFinalTaskEvent } from './task-events.ts'

test('a failure is final only when no attempt follows', () => {
  const failed = { type: 'task.failed', errorCode: 'model_unavailable' } as const
  expect(isFinalTaskEvent({ ...failed, willRetry: true })).toBe(false)
  expect(isFinalTaskEvent({ ...failed, willRetry: false })).toBe(true)
  expect(isFinalTaskEvent({ type: 'task.completed' })).toBe(true)
})
